package workload

import (
	"strconv"
	"time"
)

// The CronJob controller names a Job after the CronJob and the minute that it was
// scheduled for, counted from 1970: eight digits from 1989 to 2160.
// https://github.com/kubernetes/kubernetes/blob/v1.37.2/pkg/controller/cronjob/cronjob_controllerv2.go
const scheduleDigits = 8

// longestCronJob is how long the API server lets a CronJob's name be.
// https://github.com/kubernetes/kubernetes/blob/v1.37.2/pkg/apis/batch/validation/validation.go
const longestCronJob = 52

// longestWait is how long after its schedule a CronJob's pod may be created.
//
// Nothing in a pod says that a CronJob made its Job: the annotation
// batch.kubernetes.io/cronjob-scheduled-timestamp is on the Job alone. The name
// is all that there is, and it may end in a number for other reasons: a date, a
// ticket, a build. So the number has to be a minute at which this pod can have
// been scheduled. Three days are time for a Job that waits in a queue over a
// weekend and for pods that are tried again. After that the pod is named after
// its Job, which is right too, only less lasting; while a CronJob that does not
// exist is wrong. Longer would take in dates: 30012027, the 30th of January
// written by day, is a minute on the 23rd.
const longestWait = 3 * 24 * time.Hour

// trimSchedule takes the schedule's minute off the name of a Job whose pod was
// created at a moment, where it can be one.
func trimSchedule(job string, created time.Time) (string, bool) {
	dash := len(job) - scheduleDigits - 1
	if dash < 1 || dash > longestCronJob || job[dash] != '-' || !isName(job[:dash]) {
		return "", false
	}
	minutes, err := strconv.ParseUint(job[dash+1:], 10, 32)
	if err != nil {
		return "", false
	}
	waited := created.Sub(time.Unix(int64(minutes)*60, 0))
	return job[:dash], 0 <= waited && waited <= longestWait
}
