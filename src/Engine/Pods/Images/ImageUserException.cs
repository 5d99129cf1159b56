namespace Kontrakt.Engine.Pods.Images;

/// <summary>An image's user that the image does not know.</summary>
public sealed class ImageUserException(string message) : Exception(message);
