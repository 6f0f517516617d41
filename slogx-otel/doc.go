package slogxotel
