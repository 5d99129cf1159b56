namespace Kontrakt.Engine.Pods.Images;

/// <summary>A layer that cannot, or must not, be unpacked. The message is the end of a sentence.</summary>
internal sealed class LayerException(string message, Exception? inner = null) : Exception(message, inner);
