// Command doccheck checks what the compiler does not: the documentation and the shape of the repository.
// It runs at the root of the checkout, over the files that git knows or would add:
//
//	go run ./.ci/doccheck
//
// It reports, one a line, and exits with status 1 for
//
//   - a relative link in a Markdown file to a file, folder or heading that is not there;
//   - a block of Go in a Markdown file that does not parse or is not formatted, or, if it is a whole program,
//     does not compile;
//   - a test that docs/reliability.md names and that is not in the package named on the same line;
//   - a path of the machine, or a folder beside the repository, in any text file;
//   - a module without README.md, unless it stands under docs, testdata, integration or .ci.
package main
