using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Identity;

/// <summary>A rule that somebody has, and the binding that gives it.</summary>
internal sealed record HeldRule(PolicyRule Rule, StoredObject Binding, Subject Subject)
{
    /// <summary>In the words of Kubernetes' reasons.</summary>
    public string Source
    {
        get
        {
            var key = Binding.Key;
            var name = key.Namespace.Length == 0 ? key.Name : $"{key.Name}/{key.Namespace}";
            return $"{key.Kind.Kind} {GoText.Quote(name)} of {Binding.View.Text("roleRef", "kind")} {GoText.Quote(Binding.View.Text("roleRef", "name"))} to {Subject.Describe(key.Namespace)}";
        }
    }
}
