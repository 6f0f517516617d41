package slogxhttp
