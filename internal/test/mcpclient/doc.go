// Package mcpclient talks to servers of the Model Context Protocol in tests, by the
// client of the SDK.
package mcpclient
