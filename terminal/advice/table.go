package advice

import sc "github.com/podscore/podscore/securitycontext"

const (
	itIsPrivileged = "it is privileged"
	inRoot         = "Whoever breaks out of the container is root on the node."
)

var table = map[string]Advice{
	"run-as-non-root": {
		Why:     inRoot + " With runAsNonRoot the kubelet refuses to start it as root.",
		Default: "the image decides, and may run as root",
		Write:   "runAsNonRoot: true",
		Level:   OfPod,
		Breaks:  "A container whose image runs as root, or as a user without a number, does not start: set runAsUser to a number above 0. fsGroup makes most volumes writable for it.",
		says:    map[sc.Reason]string{sc.Missing: "runAsNonRoot is not set", sc.ExplicitFalse: "runAsNonRoot is false"},
	},
	"capabilities-drop-all": {
		Why:     "Runtimes give containers capabilities that few programs need, such as to forge network packets.",
		Default: "the runtime's default capabilities stay",
		Write:   "capabilities: {drop: [ALL]}",
		Level:   OfContainer,
		Breaks:  "Images that change owner or user as they start: take one that runs as its user from the start. Ports below 1024: listen on a higher one, or add NET_BIND_SERVICE, which is allowed.",
		says:    map[sc.Reason]string{sc.Missing: "capabilities are not dropped", sc.Partial: "not all capabilities are dropped: the list has no ALL", sc.Privileged: itIsPrivileged + ", and keeps all capabilities"},
	},
	"allow-privilege-escalation": {
		Why:     "A program that is set to run as its owner, such as sudo, gives a process more rights than its parent has.",
		Default: "escalation is allowed",
		Write:   "allowPrivilegeEscalation: false",
		Level:   OfContainer,
		Breaks:  "sudo, and programs that rely on setuid or on file capabilities.",
		says: map[sc.Reason]string{
			sc.Missing: "allowPrivilegeEscalation is not set, which allows it", sc.ExplicitTrue: "allowPrivilegeEscalation is true",
			sc.Privileged: itIsPrivileged + ", and can escalate whatever allowPrivilegeEscalation says", sc.SysAdmin: "it adds SYS_ADMIN or ALL, and can escalate whatever allowPrivilegeEscalation says",
		},
	},
	"seccomp-profile": {
		Why:     "Without a profile the program can make every system call of the kernel, also those that have no use but to attack it.",
		Default: "every system call is allowed, if the node does not say otherwise",
		Write:   "seccompProfile: {type: RuntimeDefault}",
		Level:   OfPod,
		Breaks:  "A rare system call ends with \"Operation not permitted\": a profile of type Localhost that allows it passes too.",
		says:    map[sc.Reason]string{sc.Missing: "no seccompProfile is set", sc.Unconfined: "the seccompProfile is neither RuntimeDefault nor Localhost", sc.Privileged: itIsPrivileged + ", and gets no seccompProfile"},
	},
	"read-only-root-filesystem": {
		Why:     "Whoever takes over the program can change it, and leave tools beside it.",
		Default: "the root filesystem is writable",
		Write:   "readOnlyRootFilesystem: true",
		Level:   OfContainer,
		Breaks:  "Programs that write beside themselves: mount an emptyDir at /tmp and wherever else they write.",
		says:    map[sc.Reason]string{sc.Missing: "readOnlyRootFilesystem is not set", sc.ExplicitFalse: "readOnlyRootFilesystem is false"},
	},
	"run-as-user": {
		Why:     "Without it the image decides, and its next version may run as root.",
		Default: "the image decides",
		Write:   "runAsUser: 10001",
		Level:   OfPod,
		Breaks:  "Files that belong to another user: fsGroup makes most volumes writable.",
		says:    map[sc.Reason]string{sc.Missing: "runAsUser is not set", sc.Root: "runAsUser is 0, which is root"},
	},
	"run-as-group": {
		Why:     "Without it the process may be in root's group, which can write some files of root.",
		Default: "the image decides, and often leaves it at root's",
		Write:   "runAsGroup: 10001",
		Level:   OfPod,
		Breaks:  "Files that belong to another group: fsGroup makes most volumes writable.",
		says:    map[sc.Reason]string{sc.Missing: "runAsGroup is not set", sc.RootGroup: "runAsGroup is 0, which is root's"},
	},
	"pod-security-context": {
		Why:     "What the pod says holds for all its containers, also for those that are added later.",
		Default: "each container is left to what it says itself",
		Write:   "runAsNonRoot: true\nseccompProfile: {type: RuntimeDefault}",
		Level:   OfPod,
		Breaks:  "What each of these fields may break.",
		says:    map[sc.Reason]string{sc.Empty: "the pod's securityContext says nothing"},
	},
	"container-security-context": {
		Why:     "Half of the fields that the control names exist for containers only.",
		Default: "only what the pod says holds",
		Write:   "allowPrivilegeEscalation: false\nreadOnlyRootFilesystem: true\ncapabilities: {drop: [ALL]}",
		Level:   OfContainer,
		Breaks:  "What each of these fields may break.",
		says:    map[sc.Reason]string{sc.Empty: "the container's securityContext says nothing"},
	},
	"fs-group": {
		Why:     "Without it volumes belong to root, and tempt people to run the program as root.",
		Default: "volumes belong to root",
		Write:   "fsGroup: 10001",
		Level:   OfPod,
		Breaks:  "The kubelet changes the group of all files of a volume, which takes long for many; fsGroupChangePolicy: OnRootMismatch helps.",
		says:    map[sc.Reason]string{sc.Missing: "fsGroup is not set, and the pod has a volume that it would own", sc.RootGroup: "a group is 0, which is root's"},
	},
	"privileged": {
		Why:    "A privileged container is root on the node in all but name.",
		Write:  "privileged: false",
		Level:  OfContainer,
		Breaks: "Programs that manage the node: give them the one capability, device or directory that they need.",
		says:   map[sc.Reason]string{sc.Privileged: itIsPrivileged},
	},
	"windows-host-process": {
		Why:    "Such a container is a process of the node.",
		Write:  "windowsOptions: {hostProcess: false}",
		Level:  OfPod,
		Breaks: "Programs that manage the node.",
		says:   map[sc.Reason]string{sc.HostProcess: "it is a HostProcess container"},
	},
	"run-as-user-zero": {
		Why:    inRoot,
		Write:  "runAsUser: 10001",
		Level:  OfPod,
		Breaks: "Files that belong to root: fsGroup makes most volumes writable.",
		says:   map[sc.Reason]string{sc.Root: "it runs as root: runAsUser is 0"},
	},
	"capabilities-add": {
		Why:    "A capability is a part of root's rights.",
		Write:  "capabilities: {add: []}",
		Level:  OfContainer,
		Breaks: "What needed the capability. NET_BIND_SERVICE may stay.",
		says:   map[sc.Reason]string{sc.Added: "it adds a capability other than NET_BIND_SERVICE"},
	},
	"proc-mount": {
		Why:    "/proc shows, and lets change, what belongs to the node.",
		Write:  "procMount: Default",
		Level:  OfContainer,
		Breaks: "Containers in containers.",
		says:   map[sc.Reason]string{sc.Unmasked: "procMount is not Default"},
	},
	"apparmor-profile": {
		Why:    "The runtime's profile, which is switched off, forbids what no container should do.",
		Write:  "appArmorProfile: {type: RuntimeDefault}",
		Level:  OfPod,
		Breaks: "What the profile forbids: one of type Localhost that allows it passes too.",
		says:   map[sc.Reason]string{sc.Unconfined: "the AppArmor profile is neither RuntimeDefault nor Localhost"},
	},
	"selinux-options": {
		Why:    "Another type, user or role can take the container out of its confinement.",
		Write:  "seLinuxOptions: {type: container_t}",
		Level:  OfPod,
		Breaks: "Programs that need files of the node.",
		says:   map[sc.Reason]string{sc.CustomType: "the SELinux type is none of those for containers", sc.CustomUser: "an SELinux user is set", sc.CustomRole: "an SELinux role is set"},
	},
	"sysctls": {
		Why:    "A kernel parameter that is not safe has an effect on other pods.",
		Write:  "sysctls: []",
		Level:  OfPod,
		Breaks: "Programs that want larger buffers or more memory: set the parameter on the nodes.",
		says:   map[sc.Reason]string{sc.Unsafe: "a sysctl is none of the safe ones"},
	},
}
