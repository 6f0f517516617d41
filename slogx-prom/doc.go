package slogxprom
