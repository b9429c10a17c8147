// There is no Go in here. As a module of its own, what npm installs, Go files
// among it, is no part of podscore's.
module github.com/podscore/podscore/test/dashboards/web

go 1.26.0
