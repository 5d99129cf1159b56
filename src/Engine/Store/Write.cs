using System.Text.Json.Nodes;

namespace Kontrakt.Engine.Store;

public enum WriteVerb { Create, Update, UpdateStatus, Delete }

/// <summary>A write that is about to happen. Rules may change <see cref="Object"/>, or throw a <see cref="StatusException"/>.</summary>
/// <param name="Object">The new object; for a deletion, what it is while something holds it.</param>
/// <param name="Previous">What exists; null for a creation.</param>
/// <param name="User">Who asks; null for the engine itself.</param>
public sealed record Write(WriteVerb Verb, ObjectKey Key, JsonObject Object, StoredObject? Previous, UserInfo? User, bool DryRun);

/// <summary>One rule about what may be written: defaults, validation, allocation of addresses.</summary>
public delegate void WriteRule(Write write);

/// <summary>Who asks: a name, and the groups that rights are given to as well.</summary>
/// <param name="Extra">What else is known of the credential, as access reviews show it.</param>
public sealed record UserInfo(string Name, string Uid, IReadOnlyList<string> Groups, IReadOnlyDictionary<string, IReadOnlyList<string>> Extra)
{
    public UserInfo(string name, string uid, IReadOnlyList<string> groups) : this(name, uid, groups, new Dictionary<string, IReadOnlyList<string>>())
    {
    }
}
