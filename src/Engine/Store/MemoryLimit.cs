namespace Kontrakt.Engine.Store;

/// <summary>Ends the growth of what is stored before it ends the engine: an account of one namespace must not be able to do so for all.</summary>
/// <param name="bytes">How large all objects may be together (<see cref="StoredObject.Size"/>).</param>
public sealed class MemoryLimit(ObjectStore store, long bytes = 128 * 1024 * 1024)
{
    /// <summary>Creations are refused, and what a client would make larger. What the engine itself has to say of an object is taken.</summary>
    /// <exception cref="StatusException">403.</exception>
    public void Rule(Write write)
    {
        if (store.Size <= bytes || !Grows(write))
            return;
        throw StatusException.Forbidden(write.Key,
            $"all objects of the embedded engine together are larger than {bytes / 1024 / 1024} MB; delete some of them, or set KontraktKubeContext to a cluster");
    }

    private static bool Grows(Write write) =>
        write.Verb == WriteVerb.Create || (write.User is not null && write.Previous is { } previous && StoredObject.SizeOf(write.Object) > previous.Size);
}
