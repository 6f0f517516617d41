package integration

func runProgram() (bool, error) { return false, nil }
