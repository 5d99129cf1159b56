using System.Globalization;
using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Yaml;
using Kontrakt.Manifests;

namespace Kontrakt.Pipelines.Init;

/// <summary>
/// The services of a compose file (the Compose Specification) as programs for Kubernetes: the part that both know. What is not taken over is noted
/// with its place, so that nothing is left out in silence.
/// </summary>
internal static class ComposeReader
{
    /// <summary>Of no meaning in a cluster: pods reach each other by the service's name, and start again by themselves.</summary>
    private static readonly HashSet<string> Pointless = new(StringComparer.Ordinal)
    {
        "networks", "restart", "container_name", "hostname", "labels", "depends_on", "links", "pull_policy", "init", "tty", "stdin_open", "logging", "stop_signal", "stop_grace_period", "platform",
    };

    private const string Include = "include";

    private static readonly string[] TestNames = ["test", "tests", "e2e", "smoke", "integration-test", "integration-tests"];

    /// <param name="folder">Where the manifests go, which paths are relative to.</param>
    /// <param name="notes">What was left out, or guessed.</param>
    /// <exception cref="KontraktException">No YAML, or no services.</exception>
    public static IReadOnlyList<InitService> Read(string file, string folder, List<Diagnostic> notes)
    {
        var document = Load(file).Documents is [YamlMapping map, ..] ? map : throw Ktr.InitNothing.Error(new(file), file, "it is not a mapping");
        if (document.At("services") is not YamlMapping { Entries.Count: > 0 } services)
            throw Ktr.InitNothing.Error(new(file), file, document.At(Include) is null ? "it has no services" : "it has no services of its own, and what it includes is not read; name the output of 'docker compose config'");
        var completions = ComposeOrder.Completions(services);
        var read = new List<(string Name, InitService Service, YamlMapping Node, ComposeFields Fields)>();
        foreach (var entry in services.Entries)
        {
            var fields = new ComposeFields(file, entry, notes);
            if (entry.Value is not YamlMapping service)
                fields.Note(entry.Key, "is not a mapping, and was left out");
            else if (service.Find("profiles") is { } profiles)
                fields.Note(profiles.Key, "belongs to a profile, and was left out");
            else if (ReadOne(entry.Name, service, fields, folder, completions) is { } one)
                read.Add((entry.Name, one, service, fields));
        }
        foreach (var other in document.Entries.Where(entry => entry.Name is "secrets" or "configs" or Include))
            notes.Add(Ktr.ComposeLeftOut.At(new(file, other.Key.Start.Line, other.Key.Start.Column), other.Name, other.Name == Include
                ? "the files that it names are not read; 'docker compose config' prints one file with all of them, which init reads"
                : "was not taken over; a ConfigMap or Secret in the kontrakt's folder takes its place"));
        var byName = read.ToDictionary(each => each.Name, each => each.Service, StringComparer.Ordinal);
        return read.Count > 0 ? [.. read.Select(each => ComposeOrder.With(each.Service, each.Fields, each.Node, byName))] : throw new KontraktException([Ktr.InitNothing.At(new(file), file, "none of its services can be taken over"), .. notes]);
    }

    /// <summary>A name of Kubernetes: lower case, with '-' for what such a name cannot hold.</summary>
    public static string NameOf(string name)
    {
        var text = string.Concat(name.ToLowerInvariant().Select(character => char.IsAsciiLetterOrDigit(character) ? character : '-')).Trim('-');
        return text.Length == 0 ? "app" : text[..Math.Min(text.Length, 52)].Trim('-');
    }

    private static YamlFile Load(string file)
    {
        try
        {
            return YamlFile.Load(file);
        }
        catch (YamlSyntaxException fault)
        {
            throw Ktr.ManifestSyntax.Error(fault, new(file, fault.Mark.Line, fault.Mark.Column), fault.Message);
        }
        catch (Exception fault) when (ManifestFaults.IsFileFault(fault))
        {
            throw Ktr.FileUnreadable.Error(fault, new(file), file, fault.Message.TrimEnd('.'));
        }
    }

    private static InitService? ReadOne(string name, YamlMapping service, ComposeFields fields, string folder, HashSet<string> completions)
    {
        var built = ComposeImages.Source(service, fields, folder);
        if ((built ?? fields.Text(service, "image")) is not { } image)
        {
            fields.Note(service, "has neither 'image' nor 'build', and was left out");
            return null;
        }
        foreach (var entry in service.Entries.Where(entry => !Pointless.Contains(entry.Name) && !ComposeFields.Known.Contains(entry.Name)))
            fields.Note(entry.Key, $"'{entry.Name}' was not taken over");
        ComposeImages.NoteEnvironmentFiles(service, fields);
        var role = TestNames.Contains(NameOf(name)) ? InitRole.Test : completions.Contains(name) ? InitRole.Completion : InitRole.Server;
        return new(NameOf(name), image, built is not null, role)
        {
            Command = fields.Words(service, "entrypoint"),
            Arguments = fields.Words(service, "command"),
            Environment = [.. fields.Pairs(service, "environment")],
            Ports = [.. ComposeFields.Items(service, "ports").Concat(ComposeFields.Items(service, "expose")).Select(item => ComposePorts.Read(item, fields)).OfType<(int, string)>().Concat(ComposeImages.Exposed(service, fields)).Distinct()],
            Folders = [.. ComposeFields.Items(service, "volumes").Select(item => ComposeVolumes.Read(item, fields)).OfType<(string, bool)>(), .. ComposeFields.Items(service, "tmpfs").OfType<YamlScalar>().Select(item => (item.Value, true))],
            Probe = role == InitRole.Server ? ComposeProbe.Read(service, fields) : null,
            WorkingDirectory = fields.Text(service, "working_dir"),
            User = User(service, fields),
            Replicas = int.TryParse(fields.Text(service, "deploy", "replicas") ?? fields.Text(service, "scale"), NumberStyles.None, CultureInfo.InvariantCulture, out var replicas) ? Math.Max(1, replicas) : 1,
        };
    }

    private static (long, long?)? User(YamlMapping service, ComposeFields fields)
    {
        if (fields.Text(service, "user") is not { } text)
            return null;
        var parts = text.Split(':');
        if (long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var user) && parts.Length <= 2)
            return (user, parts.Length > 1 && long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var group) ? group : null);
        fields.Note(service.Nearest("user"), $"'user: {text}' was not taken over: a pod's user is a number");
        return null;
    }
}
