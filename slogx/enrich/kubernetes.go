package enrich

import (
	"io"
	"io/fs"
	"log/slog"
	"os"
	"strings"
	"unicode"
)

// Kubernetes returns an Enricher that adds k8s.namespace.name, k8s.pod.name, k8s.node.name and
// k8s.container.name, as the downward API offers them to the program. Each is the first that is set of
// these environment variables, or else the text of the first that exists of these files:
//
//	namespace  K8S_NAMESPACE_NAME, K8S_NAMESPACE, POD_NAMESPACE, KUBERNETES_NAMESPACE
//	           /etc/podinfo/namespace, /var/run/secrets/kubernetes.io/serviceaccount/namespace
//	pod        K8S_POD_NAME, POD_NAME, KUBERNETES_POD_NAME, in a cluster HOSTNAME
//	           /etc/podinfo/name
//	node       K8S_NODE_NAME, NODE_NAME, KUBERNETES_NODE_NAME
//	container  K8S_CONTAINER_NAME, CONTAINER_NAME, KUBERNETES_CONTAINER_NAME
//
// HOSTNAME, which is the pod's name unless the pod has its node's network, is asked last, and only where
// KUBERNETES_SERVICE_HOST is set, as Kubernetes does in every container. What is found nowhere is left
// out.
func Kubernetes() Enricher { return kubernetes(os.LookupEnv, os.DirFS("/")) }

// kubernetes is Kubernetes with the environment and the root of the file system.
func kubernetes(lookup func(string) (string, bool), root fs.FS) Enricher {
	find := func(vars, files []string) string {
		for _, name := range vars {
			if v, ok := lookup(name); ok && validName(v) {
				return v
			}
		}
		for _, path := range files {
			if v := readName(root, path); v != "" {
				return v
			}
		}
		return ""
	}
	pod := find([]string{"K8S_POD_NAME", "POD_NAME", "KUBERNETES_POD_NAME"}, []string{"etc/podinfo/name"})
	if host, ok := lookup("KUBERNETES_SERVICE_HOST"); pod == "" && ok && host != "" {
		pod = find([]string{"HOSTNAME"}, nil)
	}
	return static(
		slog.String("k8s.namespace.name", find(
			[]string{"K8S_NAMESPACE_NAME", "K8S_NAMESPACE", "POD_NAMESPACE", "KUBERNETES_NAMESPACE"},
			[]string{"etc/podinfo/namespace", "var/run/secrets/kubernetes.io/serviceaccount/namespace"})),
		slog.String("k8s.pod.name", pod),
		slog.String("k8s.node.name", find(
			[]string{"K8S_NODE_NAME", "NODE_NAME", "KUBERNETES_NODE_NAME"}, nil)),
		slog.String("k8s.container.name", find(
			[]string{"K8S_CONTAINER_NAME", "CONTAINER_NAME", "KUBERNETES_CONTAINER_NAME"}, nil)),
	)
}

// maxName is the longest name of an object in Kubernetes, in bytes.
const maxName = 253

// readName returns the name that stands in a file, or "".
func readName(root fs.FS, path string) string {
	f, err := root.Open(path)
	if err != nil {
		return ""
	}
	defer func() { _ = f.Close() }()
	text, err := io.ReadAll(io.LimitReader(f, maxName+2)) // a line end, and a byte to see that there is more
	if err != nil {
		return ""
	}
	name := strings.TrimSpace(string(text))
	if !validName(name) {
		return ""
	}
	return name
}

// validName reports whether s can be a name: not what a file of another kind holds.
func validName(s string) bool {
	return s != "" && len(s) <= maxName && !strings.ContainsFunc(s, func(r rune) bool {
		return r > unicode.MaxASCII || !unicode.IsGraphic(r) || unicode.IsSpace(r)
	})
}
