using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Resources;

/// <summary>Something that is made of all custom kinds, again where their definitions have changed.</summary>
internal sealed class PerDefinitions<T>(ObjectStore store, Func<IReadOnlyList<ServedKind>, T> make) where T : class
{
    private readonly Lock gate = new();
    private IReadOnlyList<StoredObject> definitions = [];
    private T? made;

    public T Current
    {
        get
        {
            var now = CustomKinds.Definitions(store);
            lock (gate)
            {
                if (made is null || !definitions.SequenceEqual(now))
                    (definitions, made) = (now, make([.. CustomKinds.Served(now)]));
                return made;
            }
        }
    }
}
