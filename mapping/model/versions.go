package model

// VersionDates returns the paths of the dates that tell the versions of a record
// apart, best first: the day of the last update post, which records of before
// 2017 do not have, those of its submission, the day of the download, and the
// month in which the record was last verified.
func VersionDates() []string {
	const status = "protocolSection.statusModule."
	return []string{
		status + "lastUpdatePostDateStruct.date", status + "lastUpdateSubmitDate", status + "lastUpdateSubmitQcDate",
		"derivedSection.miscInfoModule.versionHolder", status + "statusVerifiedDate",
	}
}
