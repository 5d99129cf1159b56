using Kontrakt.Manifests;
using Kontrakt.Settings;

namespace Kontrakt.Tests.Caching;

/// <summary>Kontrakts as they are after resolve.</summary>
internal static class Kontrakts
{
    public const string Digest = "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

    public const string Service = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: web}, ports: [{port: 80}]}\n";

    public static readonly string Test = Pod("");

    public static readonly KontraktSettings Settings = new() { Directory = "/", RunsDirectory = "/" };

    /// <summary>A test pod.</summary>
    /// <param name="container">Further keys of its container, in flow style.</param>
    /// <param name="spec">Further keys of its spec.</param>
    public static string Pod(string container, string spec = "", string image = "registry.example:5000/team/web:1@" + Digest, string annotations = "") =>
        $"apiVersion: v1\nkind: Pod\nmetadata: {{name: smoke, labels: {{kontrakt: test}}{annotations}}}\nspec: {{containers: [{{name: main, image: '{image}'{container}}}]{spec}}}\n";

    public static KontraktManifests Read(TempFolder folder, params (string Name, string Text)[] files) =>
        ManifestReader.Read(new("shop", folder.Path, [.. files.Select(file => folder.Write(file.Name, file.Text))], null));

    public static KontraktManifests Read(params (string Name, string Text)[] files)
    {
        using var folder = new TempFolder();
        return Read(folder, files);
    }
}
