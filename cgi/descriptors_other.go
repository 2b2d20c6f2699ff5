//go:build !linux

package cgi

// keepDescriptors does nothing: there is no short way to find descriptors that were inherited.
func keepDescriptors() {}
