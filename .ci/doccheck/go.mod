module github.com/slogx-go/slogx/.ci/doccheck

go 1.26
