package slogxgin
