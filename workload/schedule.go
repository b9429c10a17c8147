package workload

import (
	"strconv"
	"time"
)

// scheduleDigits is the number of digits at the end of a Job's name if a CronJob made
// the Job: its controller appends the scheduled time in minutes since 1970, which has
// eight digits from 1989 to 2160.
// https://github.com/kubernetes/kubernetes/blob/v1.37.2/pkg/controller/cronjob/cronjob_controllerv2.go
const scheduleDigits = 8

// longestCronJob is the API server's limit on the length of a CronJob's name, in bytes.
// https://github.com/kubernetes/kubernetes/blob/v1.37.2/pkg/apis/batch/validation/validation.go
const longestCronJob = 52

// longestWait is how long after its scheduled time a pod of a CronJob may be created.
//
// Nothing in a pod says that a CronJob made its Job: the annotation
// batch.kubernetes.io/cronjob-scheduled-timestamp is on the Job alone. Only the name
// is left, and it may end in a number for other reasons: a date, a ticket, a build.
// So the number has to be a minute at which this pod can have been scheduled. Three
// days are enough for a Job that waits in a queue over a weekend, and for pods that
// are retried. After that the workload is the Job, which is correct but changes with
// every run; a CronJob that does not exist would be wrong. A longer time would match
// dates: 30012027, meant as the 30th of January 2027, is a minute on the 23rd.
const longestWait = 3 * 24 * time.Hour

// trimSchedule returns the name of the CronJob that made a Job, by the Job's name and
// the time at which its pod was created; false if the name does not end in a minute
// that can be the scheduled time.
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
