package sparse

// The numbers of the fields that are read, by message. They are those of the API's
// generated.proto, and never change:
// https://github.com/kubernetes/apimachinery/blob/v0.37.2/pkg/apis/meta/v1/generated.proto
// https://github.com/kubernetes/api/blob/v0.37.2/core/v1/generated.proto

// ObjectMeta, OwnerReference and Time.
const (
	metaName              = 1
	metaNamespace         = 3
	metaUID               = 5
	metaResourceVersion   = 6
	metaCreationTimestamp = 8
	metaLabels            = 11
	metaAnnotations       = 12
	metaOwnerReferences   = 13

	ownerKind       = 1
	ownerName       = 3
	ownerAPIVersion = 5
	ownerController = 6

	timeSeconds = 1
)

// PodSpec.
const (
	specVolumes             = 1
	specContainers          = 2
	specNodeSelector        = 7
	specSecurityContext     = 14
	specAffinity            = 18
	specInitContainers      = 20
	specEphemeralContainers = 34
	specOS                  = 36
	specHostUsers           = 37
)

// Container, and EphemeralContainer, which has the fields of a container in a message of
// its own.
const (
	containerName            = 1
	containerImage           = 2
	containerVolumeMounts    = 9
	containerSecurityContext = 15
	containerVolumeDevices   = 21
	containerRestartPolicy   = 24

	ephemeralContainerCommon = 1

	volumeMountName  = 1
	volumeDeviceName = 1
)

// PodOS, Affinity and NodeAffinity.
const (
	osName               = 1
	affinityNode         = 1
	nodeAffinityRequired = 1
)

// Volume, and the kinds in VolumeSource by which more than readOnly is read.
const (
	volumeName   = 1
	volumeSource = 2

	emptyDir  = 2
	ephemeral = 29

	ephemeralClaimTemplate = 1
	claimTemplateSpec      = 2
	claimVolumeMode        = 6
)

// Pod, and PodList.
const (
	podMetadata = 1
	podSpec     = 2
	podStatus   = 3

	listMeta  = 1
	listItems = 2
)
