using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Kontrakt.Engine.Schema;
using Kontrakt.Engine.Store;

namespace Kontrakt.Engine.Resources;

internal static class SecretKind
{
    public static ServedKind Kind { get; } = new(Kinds.Secret)
    {
        Default = Default,
        Validate = Validate,
        ValidateUpdate = ValidateUpdate,
        Fields = SelectableField.Of("type"),
        Table = new([TableColumn.ObjectName, new("Type"), new("Data"), TableColumn.Age],
            (item, now) => [item.Name, item.Text("type"), CellText.Count(item, "data"), Ages.Of(item, now)]),
    };

    /// <summary>stringData is only a way to write data.</summary>
    private static void Default(JsonObject value)
    {
        value.Default("type", "Opaque");
        if (value.Map("stringData") is { } plain)
            foreach (var (key, text) in plain)
                value.Always("data")[key] = Convert.ToBase64String(Encoding.UTF8.GetBytes(text?.ToString() ?? ""));
        value.Remove("stringData");
    }

    private static void Validate(JsonObject value, Faults faults)
    {
        var data = value.Map("data") ?? [];
        foreach (var (key, _) in data)
            ConfigMapKind.CheckKey(key, Place.Of("data"), faults);
        if (data.Sum(pair => (pair.Value?.ToString().Length ?? 0) * 3L / 4) > ConfigMapKind.MostBytes)
            faults.TooLong(Place.Of("data"), $"must have at most {ConfigMapKind.MostBytes} bytes");
        switch (value.Text("type"))
        {
            case "kubernetes.io/dockerconfigjson":
                Document(data, ".dockerconfigjson", faults);
                break;
            case "kubernetes.io/dockercfg":
                Document(data, ".dockercfg", faults);
                break;
            case "kubernetes.io/tls":
                Needs(data, "tls.crt", faults);
                Needs(data, "tls.key", faults);
                break;
            case "kubernetes.io/ssh-auth":
                Needs(data, "ssh-privatekey", faults);
                break;
            case "kubernetes.io/basic-auth" when !data.ContainsKey("username") && !data.ContainsKey("password"):
                Needs(data, "username", faults);
                Needs(data, "password", faults);
                break;
            case "kubernetes.io/service-account-token" when value.Map("metadata").Map("annotations").Text("kubernetes.io/service-account.name").Length == 0:
                faults.Required(Place.Of("metadata", "annotations").Key("kubernetes.io/service-account.name"));
                break;
        }
    }

    private static void ValidateUpdate(JsonObject before, JsonObject after, Faults faults)
    {
        faults.Fixed(before, after, "type");
        ConfigMapKind.Unchanged(before, after, faults);
    }

    private static void Needs(JsonObject data, string key, Faults faults)
    {
        if (!data.ContainsKey(key))
            faults.Required(Place.Of("data").Key(key));
    }

    private static void Document(JsonObject data, string key, Faults faults)
    {
        Needs(data, key, faults);
        var text = data.Text(key);
        var bytes = new byte[text.Length];
        if (!data.ContainsKey(key) || !Convert.TryFromBase64String(text, bytes, out var length))
            return;
        try
        {
            using var document = JsonDocument.Parse(bytes.AsMemory(0, length));
        }
        catch (JsonException)
        {
            faults.Invalid(Place.Of("data").Key(key), "<secret contents redacted>", "it is not JSON");
        }
    }
}
