using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Kontrakt.Engine.Hosting;

/// <summary>
/// How the engine is found: a kubeconfig in JSON (kubectl takes it as it is), with an extension that says what is not about the API. Readable by
/// its owner only, for it holds the engine's token. Whole or not there at all.
/// </summary>
internal sealed class HandshakeFile(string path)
{
    private const string Name = "kontrakt-engine";
    private string written = "";

    public void Write(EngineOptions options, int apiPort, string registry, string authorityPem, string token, IEnumerable<string> restrictions)
    {
        written = Content(options, apiPort, registry, authorityPem, token, restrictions).ToJsonString(new() { WriteIndented = true });
        var next = path + ".new";
        File.Delete(next);
        var create = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            create.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var file = new StreamWriter(next, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), create))
            file.Write(written);
        File.Move(next, path, overwrite: true);
    }

    /// <summary>Deletes it, unless the folder was removed meanwhile and another engine has put its own there.</summary>
    public void Delete()
    {
        if (File.Exists(path) && File.ReadAllText(path) == written)
            File.Delete(path);
    }

    private static JsonObject Content(EngineOptions options, int apiPort, string registry, string authorityPem, string token, IEnumerable<string> restrictions) => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Config",
        ["current-context"] = Name,
        ["contexts"] = Entries("context", new() { ["cluster"] = Name, ["user"] = Name }),
        ["clusters"] = Entries("cluster", new()
        {
            ["server"] = string.Create(CultureInfo.InvariantCulture, $"https://127.0.0.1:{apiPort}"),
            ["certificate-authority-data"] = Convert.ToBase64String(Encoding.ASCII.GetBytes(authorityPem)),
        }),
        ["users"] = Entries("user", new() { ["token"] = token }),
        ["extensions"] = Entries("extension", new()
        {
            ["pid"] = options.ProcessId,
            ["directory"] = options.Directory,
            ["version"] = options.Version,
            ["registry"] = registry,
            ["restrictions"] = new JsonArray([.. restrictions.Select(each => JsonValue.Create(each))]),
            ["started"] = options.Time.GetUtcNow().ToString("O", CultureInfo.InvariantCulture),
        }),
    };

    private static JsonArray Entries(string field, JsonObject value) => [new JsonObject { ["name"] = Name, [field] = value }];
}
