namespace Kontrakt.Oci.Registry;

/// <summary>One request, which may have to be sent several times.</summary>
/// <param name="Target">A path ("/v2/…"), or where the registry pointed to (Location, Link).</param>
/// <param name="Scope">What a token has to allow.</param>
/// <param name="Doing">What it is for, as in "… failed": "reading the manifest of a/b:c".</param>
internal sealed record RegistryRequest(HttpMethod Method, string Target, string Scope, string Doing)
{
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>Makes the body; is given what to call whenever a part of it was taken.</summary>
    public Func<Action, HttpContent>? Content { get; init; }
}
