namespace Kontrakt.Engine.Pods.Volumes;

/// <summary>A volume that cannot be furnished as things are; it may be later.</summary>
public sealed class VolumeException(string volume, string message, Exception? inner = null)
    : Exception($"MountVolume.SetUp failed for volume \"{volume}\" : {message}", inner);
