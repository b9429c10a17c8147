// Package controlplane starts a real Kubernetes control plane on 127.0.0.1,
// for the tests and the demo, from the programs that localcluster/ builds.
package controlplane

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/go-logr/logr"
	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/envtest"

	"github.com/podscore/podscore/test/process"
)

// ControlPlane is a running control plane.
type ControlPlane struct {
	// Config reaches the API server as an administrator.
	Config *rest.Config
	// Client reaches the API server as an administrator.
	Client *kubernetes.Clientset
	// Kubeconfig is a file that holds Config.
	Kubeconfig string
	// Kubectl is a program that runs kubectl, of the same version, on this
	// control plane, as an administrator.
	Kubectl string
	// Dir is a folder that holds all files of the control plane, and may hold
	// others; Stop removes it.
	Dir string
	// Complete is true if the controller manager, the scheduler and simulated kubelets
	// run too, so that Deployments get pods, and deleted namespaces are removed.
	Complete bool

	environment *envtest.Environment
	programs    []*process.Process
	etcdLog     bytes.Buffer
	serverLog   bytes.Buffer
}

// Options change what is started. The zero value is a complete control plane.
type Options struct {
	// Bare leaves out the controller manager, the scheduler and the simulated kubelets:
	// then nobody but the test changes objects.
	Bare bool
	// APIServer and Etcd are further flags, by their names without dashes.
	APIServer, Etcd map[string]string
}

// Root returns the root of the checkout that the working directory is in.
func Root() (string, error) {
	dir, err := os.Getwd()
	for ; err == nil; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "localcluster", "build.sh")); err == nil {
			return dir, nil
		}
		if dir == filepath.Dir(dir) {
			return "", errors.New("the working directory is not in a checkout of podscore")
		}
	}
	return "", err
}

// Run runs a program in the root of the checkout. The error has the program's output.
func Run(ctx context.Context, program string, args ...string) error {
	root, err := Root()
	if err != nil {
		return err
	}
	command := exec.CommandContext(ctx, program, args...)
	command.Dir = root
	if output, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("%v: %w\n%s", command.Args, err, output)
	}
	return nil
}

// Assets returns the folder with the control plane's programs: KUBEBUILDER_ASSETS if
// that is set, else the folder that `make localcluster` fills. It returns an error if
// the folder has no API server.
func Assets() (string, error) {
	dir := os.Getenv("KUBEBUILDER_ASSETS")
	if dir == "" {
		root, err := Root()
		if err != nil {
			return "", err
		}
		dir = filepath.Join(root, ".bin", "localcluster")
	}
	if _, err := os.Stat(filepath.Join(dir, "kube-apiserver")); err != nil {
		return "", fmt.Errorf("no control plane in %s: `make test` builds it", dir)
	}
	return dir, nil
}

// TempDir returns a new folder for a control plane. It is in the checkout, so that even
// a killed run leaves no files elsewhere. Stop removes it.
func TempDir() (string, error) {
	root, err := Root()
	if err != nil {
		return "", err
	}
	parent := filepath.Join(root, ".demo")
	if err := os.MkdirAll(parent, 0o755); err != nil {
		return "", err
	}
	return os.MkdirTemp(parent, "run-")
}

// Start starts a complete control plane that keeps all its files in dir, which no other
// control plane may use. The caller must call Stop. If the calling process is killed,
// every program ends by itself within seconds.
func Start(ctx context.Context, dir string) (*ControlPlane, error) {
	return StartWith(ctx, dir, Options{})
}

// StartWith does what Start does, with options.
func StartWith(ctx context.Context, dir string, options Options) (_ *ControlPlane, err error) {
	assets, err := Assets()
	if err != nil {
		return nil, err
	}
	root, err := Root()
	if err != nil {
		return nil, err
	}
	ctrl.SetLogger(logr.Discard()) // else envtest would complain that there is none
	if err := os.Setenv("LOCALCLUSTER_EXIT_WITH_PARENT", "true"); err != nil {
		return nil, err
	}
	c := &ControlPlane{Dir: dir, Kubectl: filepath.Join(dir, "kubectl")}
	defer func() {
		if err != nil {
			err = errors.Join(err, c.Stop())
		}
	}()
	for _, part := range []string{"etcd", "certs", "logs"} {
		if err := os.MkdirAll(filepath.Join(dir, part), 0o755); err != nil {
			return nil, err
		}
	}
	if err := c.startAPIServer(assets, options); err != nil {
		return nil, err
	}
	if options.Bare {
		return c, nil
	}
	for _, program := range []struct {
		name string
		args []string
	}{
		{"kube-controller-manager", []string{
			"--kubeconfig=" + c.Kubeconfig, "--leader-elect=false", "--secure-port=0",
			"--service-account-private-key-file=" + filepath.Join(dir, "certs", "sa-signer.key"),
			// Every 20 s this controller looks for pods without a node that are being deleted,
			// and deletes them by name, which can delete a new pod of the same name.
			"--controllers=*,-pod-garbage-collector-controller",
		}},
		{"kube-scheduler", []string{"--kubeconfig=" + c.Kubeconfig, "--leader-elect=false", "--secure-port=0"}},
		{"kwok", []string{
			"--kubeconfig=" + c.Kubeconfig, "--config=" + filepath.Join(root, "localcluster", "kubelets.yaml"),
			"--manage-all-nodes=true", "--node-lease-duration-seconds=40", "--cidr=10.0.0.1/8",
		}},
	} {
		path := filepath.Join(assets, program.name)
		if _, err := os.Stat(path); err != nil {
			return c, nil // KUBEBUILDER_ASSETS may be a folder without these programs
		}
		running, err := process.Start(path, program.args, filepath.Join(dir, "logs", program.name+".log"))
		if err != nil {
			return nil, err
		}
		c.programs = append(c.programs, running)
	}
	if err := c.addNodes(ctx); err != nil {
		return nil, err
	}
	c.Complete = true
	return c, nil
}

// addNodes creates Linux and Windows nodes for the scheduler, and waits until kwok has
// made them ready.
func (c *ControlPlane) addNodes(ctx context.Context) error {
	nodes := c.Client.CoreV1().Nodes()
	systems := map[string]string{"linux-1": "linux", "linux-2": "linux", "windows-1": "windows"}
	for name, system := range systems {
		node := &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: name, Labels: map[string]string{
			corev1.LabelOSStable: system, corev1.LabelHostname: name,
		}}}
		if _, err := nodes.Create(ctx, node, metav1.CreateOptions{}); err != nil {
			return err
		}
	}
	return wait.PollUntilContextTimeout(ctx, 50*time.Millisecond, time.Minute, true, func(ctx context.Context) (bool, error) {
		for _, program := range c.programs {
			select {
			case <-program.Ended():
				words, _ := os.ReadFile(program.Log)
				return false, fmt.Errorf("%s ended with status %d: %s", filepath.Base(program.Log), program.ExitStatus(), words)
			default:
			}
		}
		list, err := nodes.List(ctx, metav1.ListOptions{})
		if err != nil {
			return false, err
		}
		ready := 0
		for _, node := range list.Items {
			if len(node.Spec.Taints) == 0 && node.Status.Phase == corev1.NodeRunning {
				ready++
			}
		}
		return ready == len(systems), nil
	})
}

// Stop ends every program, waits until they have ended, and removes their files.
func (c *ControlPlane) Stop() error {
	var errs []error
	for i := len(c.programs) - 1; i >= 0; i-- {
		errs = append(errs, c.programs[i].Stop())
	}
	if c.environment != nil {
		errs = append(errs, c.environment.Stop())
	}
	errs = append(errs, os.RemoveAll(c.Dir))
	_ = os.Remove(filepath.Dir(c.Dir)) // TempDir's parent; it fails while other control planes run
	return errors.Join(errs...)
}

// RunKubectl runs kubectl as an administrator, in the root of the checkout.
func (c *ControlPlane) RunKubectl(ctx context.Context, args ...string) error {
	return Run(ctx, c.Kubectl, args...)
}

// KubeconfigFor writes a kubeconfig for a ServiceAccount, with a token as pods get it,
// and returns its path.
func (c *ControlPlane) KubeconfigFor(ctx context.Context, namespace, serviceAccount string) (string, error) {
	request := &authenticationv1.TokenRequest{Spec: authenticationv1.TokenRequestSpec{ExpirationSeconds: new(int64(24 * 60 * 60))}}
	token, err := c.Client.CoreV1().ServiceAccounts(namespace).CreateToken(ctx, serviceAccount, request, metav1.CreateOptions{})
	if err != nil {
		return "", fmt.Errorf("no token for the ServiceAccount %s/%s: %w", namespace, serviceAccount, err)
	}
	return c.kubeconfig(namespace+"-"+serviceAccount, token.Status.Token)
}

func (c *ControlPlane) kubeconfig(name, token string) (string, error) {
	file, err := os.CreateTemp(c.Dir, name+"-*.kubeconfig") // a new file each time, because others may be in use
	if err != nil {
		return "", err
	}
	file.Close()
	return file.Name(), clientcmd.WriteToFile(clientcmdapi.Config{
		Clusters: map[string]*clientcmdapi.Cluster{
			"local": {Server: c.Config.Host, CertificateAuthorityData: c.Config.CAData},
		},
		AuthInfos:      map[string]*clientcmdapi.AuthInfo{name: {Token: token}},
		Contexts:       map[string]*clientcmdapi.Context{"local": {Cluster: "local", AuthInfo: name}},
		CurrentContext: "local",
	}, file.Name())
}
