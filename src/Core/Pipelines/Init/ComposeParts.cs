using System.Globalization;
using System.Text.Json.Nodes;
using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Yaml;
using Kontrakt.Manifests.Sources;
using Kontrakt.Settings;

namespace Kontrakt.Pipelines.Init;

/// <summary>Where a service's image comes from, and its files of variables.</summary>
internal static class ComposeImages
{
    /// <summary>The source of an image that is built; null where none is.</summary>
    public static string? Source(YamlMapping service, ComposeFields fields, string folder)
    {
        if (service.At("build") is not { } build)
            return null;
        var context = build is YamlScalar ? fields.Text(service, "build") : fields.Text(build, "context") ?? ".";
        var path = Path.GetFullPath(context ?? ".", fields.Directory);
        foreach (var entry in (build as YamlMapping)?.Entries.Where(entry => entry.Name is not ("context" or "dockerfile" or "target")) ?? [])
            fields.Note(entry.Key, $"'build.{entry.Name}' was not taken over; a KontraktImage item in a project says it (docs/dockerfiles.md)");
        var query = string.Join('&', new[] { ("dockerfile", fields.Text(build, "dockerfile")), ("target", fields.Text(build, "target")) }
            .Where(pair => pair.Item2 is not null).Select(pair => $"{pair.Item1}={Uri.EscapeDataString(pair.Item2 ?? "").Replace("%2F", "/", StringComparison.Ordinal)}"));
        var relative = InitPlanner.Relative(folder, path);
        // A folder with a project is a source too, but here its Dockerfile is used.
        var dockerfile = query.Length > 0 || (Directory.Exists(path) && Directory.EnumerateFiles(path).Any(ProjectIndex.IsProject));
        return dockerfile ? $"dockerfile://{relative}{(query.Length > 0 ? "?" + query : "")}" : relative;
    }

    /// <summary>The ports that the Dockerfile of a service names; what is wrong with it is noted where the service names it.</summary>
    public static IReadOnlyList<(int Port, string Protocol)> Exposed(YamlMapping service, ComposeFields fields)
    {
        if (service.At("build") is not { } build)
            return [];
        var place = build.At("target") ?? build.At("dockerfile") ?? build;
        var context = Path.GetFullPath(build is YamlScalar ? fields.Text(service, "build") ?? "." : fields.Text(build, "context") ?? ".", fields.Directory);
        var file = fields.Text(build, "dockerfile") is { } named ? Path.GetFullPath(named, context) : DockerfileSources.In(context);
        if (file is null || !File.Exists(file))
        {
            fields.Note(place, $"there is no Dockerfile '{Path.GetRelativePath(fields.Directory, file ?? Path.Combine(context, "Dockerfile"))}', so a run will refuse the image");
            return [];
        }
        try
        {
            return ExposedPorts.Read(file, fields.Text(build, "target"), (_, what) => fields.Note(place, what));
        }
        catch (KontraktException wrong)
        {
            var first = wrong.Diagnostics[0];
            fields.Note(place, $"a run will refuse '{Path.GetRelativePath(fields.Directory, file)}'{(first.Location is { Line: > 0 and var line } ? $", line {line.ToString(CultureInfo.InvariantCulture)}" : "")}: {first.Message.TrimEnd('.')}");
            return [];
        }
    }

    /// <summary>What env_file names is left out: as often as not it is what is not committed.</summary>
    public static void NoteEnvironmentFiles(YamlMapping service, ComposeFields fields)
    {
        foreach (var item in ComposeFields.Items(service, "env_file"))
        {
            var path = (item as YamlScalar)?.Value ?? (item.At("path") as YamlScalar)?.Value ?? "";
            fields.Note(item, $"the variables of '{path}' were left out, for they may be secret; put them into a Secret or a ConfigMap, and name it with envFrom");
        }
    }
}

/// <summary>Ports: "8080:80", "80/udp", "127.0.0.1:8080:80", or a mapping with target. What others reach is the container's port; the machine's has no meaning.</summary>
internal static class ComposePorts
{
    public static (int Port, string Protocol)? Read(YamlNode item, ComposeFields fields)
    {
        var (target, protocol) = item is YamlScalar scalar ? Short(scalar.Value) : (fields.Text(item, "target") ?? "", fields.Text(item, "protocol") ?? "tcp");
        if (int.TryParse(target, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and < 65536)
            return (port, protocol.ToUpperInvariant());
        fields.Note(item, $"the port '{target}' was not taken over: write one port at a time");
        return null;
    }

    private static (string, string) Short(string text)
    {
        var slash = text.Split('/');
        return (slash[0].Split(':')[^1], slash.Length > 1 ? slash[1] : "tcp");
    }
}

/// <summary>Volumes: an empty folder for each named or anonymous one; folders of the machine are not available in a cluster.</summary>
internal static class ComposeVolumes
{
    public static (string Path, bool InMemory)? Read(YamlNode item, ComposeFields fields)
    {
        var (type, source, target) = item is YamlScalar scalar ? Short(scalar.Value) : (fields.Text(item, "type") ?? "volume", fields.Text(item, "source") ?? "", fields.Text(item, "target") ?? "");
        if (type is "volume" or "tmpfs" && target.StartsWith('/'))
            return (target, type == "tmpfs");
        fields.Note(item, $"'{source}' is a folder of the machine, and was left out; a ConfigMap, or a folder of the image, takes its place at '{target}'");
        return null;
    }

    private static (string Type, string Source, string Target) Short(string text)
    {
        var parts = text.Split(':');
        return parts.Length == 1 ? ("volume", "", parts[0]) : (parts[0] is ['.' or '/' or '~', ..] ? "bind" : "volume", parts[0], parts[1]);
    }
}

/// <summary>A healthcheck as a readinessProbe.</summary>
internal static class ComposeProbe
{
    public static JsonObject? Read(YamlMapping service, ComposeFields fields)
    {
        if (service.At("healthcheck", "test") is not { } test || service.At("healthcheck", "disable") is YamlScalar { Value: "true" })
            return null;
        var words = test is YamlScalar text ? ["CMD-SHELL", text.Value] : fields.Words((YamlMapping)service.Nearest("healthcheck"), "test");
        var rest = words.Skip(1);
        IEnumerable<string>? command = (words.Count > 0 ? words[0] : "") switch
        {
            "CMD" => rest,
            "CMD-SHELL" => ["sh", "-c", string.Join(' ', rest)],
            _ => null,
        };
        if (command is null)
            return null;
        var probe = new JsonObject { ["exec"] = new JsonObject { ["command"] = new JsonArray([.. command.Select(word => (JsonNode)word)]) } };
        Add("periodSeconds", Seconds("interval"));
        Add("timeoutSeconds", Seconds("timeout"));
        Add("initialDelaySeconds", Seconds("start_period"));
        Add("failureThreshold", int.TryParse(fields.Text(service, "healthcheck", "retries"), NumberStyles.None, CultureInfo.InvariantCulture, out var retries) ? retries : null);
        return probe;

        void Add(string name, int? value)
        {
            if (value is > 0)
                probe[name] = value;
        }

        int? Seconds(string name)
        {
            if (fields.Text(service, "healthcheck", name) is not { } given)
                return null;
            if (Durations.TryParse(given, out var duration, out var problem))
                return (int)Math.Ceiling(duration.TotalSeconds);
            fields.Note(service.Nearest("healthcheck", name), $"'healthcheck.{name}: {given}' was not taken over: {problem}");
            return null;
        }
    }
}
