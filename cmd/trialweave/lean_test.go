//go:build lean

package main

// lean reports whether the build leaves out what takes long to compile.
const lean = true
