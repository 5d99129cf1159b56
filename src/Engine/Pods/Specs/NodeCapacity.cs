namespace Kontrakt.Engine.Pods.Specs;

/// <summary>What the one node has.</summary>
public sealed record NodeCapacity(int Cpus, long MemoryBytes, long DiskBytes, int Pods)
{
    /// <param name="directory">Where the pods' files are.</param>
    public static NodeCapacity OfThisMachine(string directory) =>
        new(Environment.ProcessorCount, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes, new DriveInfo(directory).TotalSize, 110);
}
