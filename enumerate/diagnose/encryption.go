package diagnose

// forceEncryption proves that the server encrypts what the client would not.
func forceEncryption(s subject) []string {
	if s.Server == nil || !s.Server.ForceEncryption {
		return nil
	}
	return []string{"PRELOGIN with ENCRYPTION = off: answered with " + s.Server.Encryption}
}
