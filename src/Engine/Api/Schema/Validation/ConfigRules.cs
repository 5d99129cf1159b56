using System.Text.Json;
using System.Text.Json.Nodes;

namespace Kontrakt.Engine.Api.Schema.Validation;

/// <summary>ConfigMaps and Secrets.</summary>
internal static class ConfigRules
{
    private const int MostBytes = 1024 * 1024;

    public static void ConfigMap(JsonObject value, Faults faults)
    {
        var size = 0L;
        foreach (var (key, text) in value.Map("data") ?? [])
        {
            Key(key, Place.Of("data"), faults);
            if (value.Map("binaryData") is { } binary && binary.ContainsKey(key))
                faults.Invalid(Place.Of("data").Key(key), key, "duplicate of key present in binaryData");
            size += System.Text.Encoding.UTF8.GetByteCount(text?.ToString() ?? "");
        }
        foreach (var (key, bytes) in value.Map("binaryData") ?? [])
        {
            Key(key, Place.Of("binaryData"), faults);
            size += (bytes?.ToString().Length ?? 0) * 3L / 4;
        }
        if (size > MostBytes)
            faults.TooLong(Place.Root, $"must have at most {MostBytes} bytes");
    }

    public static void Secret(JsonObject value, Faults faults)
    {
        var data = value.Map("data") ?? [];
        foreach (var (key, _) in data)
            Key(key, Place.Of("data"), faults);
        if (data.Sum(pair => (pair.Value?.ToString().Length ?? 0) * 3L / 4) > MostBytes)
            faults.TooLong(Place.Of("data"), $"must have at most {MostBytes} bytes");
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

    private static void Key(string key, Place place, Faults faults)
    {
        if (Names.ConfigKey(key) is { } wrong)
            faults.Invalid(place.Key(key), key, wrong);
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
