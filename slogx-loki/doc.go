package slogxloki
