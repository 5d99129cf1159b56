
namespace Kontrakt.Engine.Store;

/// <summary>Who asks: a name, and the groups that rights are given to as well.</summary>
/// <param name="Extra">What else is known of the credential, as access reviews show it.</param>
public sealed record UserInfo(string Name, string Uid, IReadOnlyList<string> Groups, IReadOnlyDictionary<string, IReadOnlyList<string>> Extra)
{
    public UserInfo(string name, string uid, IReadOnlyList<string> groups) : this(name, uid, groups, new Dictionary<string, IReadOnlyList<string>>())
    {
    }
}
