using System.Globalization;
using System.Net;
using Kontrakt.Diagnostics;
using Kontrakt.Oci.Names;

namespace Kontrakt.Settings;

/// <summary>Makes settings from texts by property name; an empty text is as good as none.</summary>
public static class SettingsReader
{
    /// <summary>Every name that is read. MSBuild's properties include the environment already; others look these up there.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Setting.All.SelectMany(setting => new[] { setting.Name, setting.Fallback }).OfType<string>()];

    /// <param name="values">Texts by name. Other names are not looked at.</param>
    /// <param name="baseDirectory">What relative paths are relative to, and where kontrakts are looked for by default; a full path.</param>
    /// <param name="project">The project whose build this is, a full path; null: none.</param>
    /// <exception cref="KontraktException">KTR1019 or KTR1011 for every text that cannot be read, all at once.</exception>
    public static KontraktSettings Read(IReadOnlyDictionary<string, string?> values, string baseDirectory, string? project = null)
    {
        var folder = Path.GetFullPath(baseDirectory);
        var settings = new KontraktSettings { Directory = folder, RunsDirectory = "", Project = project };
        var problems = new List<Diagnostic>();
        foreach (var setting in Setting.All)
            if ((TextOf(setting.Name) ?? TextOf(setting.Fallback)) is { } text)
                try
                {
                    setting.Set(settings, Parse(setting, text, folder));
                }
                catch (FormatException wrong)
                {
                    problems.Add(Problem(setting, text, wrong.Message));
                }
        KontraktException.ThrowIfAny(problems);
        return settings.RunsDirectory.Length > 0 ? settings : settings with { RunsDirectory = Path.Combine(settings.Directory, "obj", "kontrakt") };

        string? TextOf(string? name) => name is not null && values.GetValueOrDefault(name)?.Trim() is { Length: > 0 } text ? text : null;
    }

    /// <exception cref="FormatException">It cannot be read; the message says what to write.</exception>
    private static object Parse(Setting setting, string text, string folder) => setting.Form switch
    {
        TextForm.Text => text,
        TextForm.Flag => text.ToLowerInvariant() switch
        {
            "true" or "yes" or "on" or "1" => true,
            "false" or "no" or "off" or "0" => false,
            _ => throw new FormatException("write true or false"),
        },
        TextForm.Number => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= setting.Least ? number
            : throw new FormatException($"write a whole number from {setting.Least}"),
        TextForm.Time => Durations.Parse(text) is var time && time > TimeSpan.Zero ? time : throw new FormatException("it leaves no time; write a duration such as 10m"),
        TextForm.TimeOrZero => Durations.Parse(text),
        TextForm.Path => Path.GetFullPath(text, folder),
        TextForm.Paths => string.Join(Path.PathSeparator, Split(text, Path.PathSeparator).Select(path => Path.GetFullPath(path, folder))),
        TextForm.PathList => Split(text, ';', ',').Select(path => Path.GetFullPath(path, folder)).ToArray(),
        TextForm.List => Split(text, ';', ','),
        TextForm.Destinations => Split(text, ';', ',').Select(each => IsDestination(each) ? each : throw new FormatException($"'{each}' is not a host, an address or a network: write shop.example.com, 10.1.2.3:8080 or 10.0.0.0/8")).ToArray(),
        // Of a program, which may hold commas.
        TextForm.Arguments => Split(text, ';'),
        TextForm.Quantities => Quantities(text),
        TextForm.Image => ImageReference.TryParse(text, out _, out _) ? text : throw new FormatException("it is not an image reference"),
        TextForm.Repository => RepositoryPrefix.Problem(text, out var normalized) is { } problem ? throw new FormatException(problem) : normalized,
        TextForm.Namespace => DnsNames.IsLabel(text) ? text : throw new FormatException("it is not a name of a namespace: lower-case letters, digits and '-', at most 63"),
        TextForm.PullSecret => IsSecretName(text) ? text : throw new FormatException("it is not a secret's name, or namespace/name"),
        TextForm.Filter => KontraktFilter.TryParse(text, out var filter, out var wrong) ? filter : throw new FormatException(wrong),
        TextForm.Shard => KontraktShard.Parse(text) ?? throw new FormatException("write which of how many, such as 2/5"),
        TextForm.Keep => text.ToLowerInvariant() switch
        {
            "never" or "false" => KeepPolicy.Never,
            "failed" => KeepPolicy.Failed,
            "always" or "true" => KeepPolicy.Always,
            _ => throw new FormatException("write never, failed or always"),
        },
        TextForm.PodSecurity => text.ToLowerInvariant() switch
        {
            "privileged" => PodSecurityLevel.Privileged,
            "baseline" => PodSecurityLevel.Baseline,
            "restricted" => PodSecurityLevel.Restricted,
            _ => throw new FormatException("write privileged, baseline or restricted"),
        },
        _ => throw new InvalidOperationException($"{setting.Name} has a form that nobody reads: {setting.Form}"),
    };

    private static string[] Split(string text, params char[] separators) => text.Split(separators, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>cpu=500m;memory=1Gi; "none" for none.</summary>
    private static Dictionary<string, string> Quantities(string text)
    {
        var pairs = text == "none" ? [] : Split(text, ';', ',').Select(each => each.Split('=', 2, StringSplitOptions.TrimEntries)).ToList();
        return pairs.All(pair => pair is [{ Length: > 0 }, { Length: > 0 }]) && pairs.Select(pair => pair[0]).Distinct(StringComparer.Ordinal).Count() == pairs.Count
            ? pairs.ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal)
            : throw new FormatException("write each resource once, with a quantity, such as cpu=500m;memory=1Gi");
    }

    /// <summary>A host, an address or a network; all except a network may have a port.</summary>
    private static bool IsDestination(string text)
    {
        var colon = text.LastIndexOf(':');
        var host = colon > 0 && ushort.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port > 0 ? text[..colon] : text;
        return IPNetwork.TryParse(text, out _) || IPAddress.TryParse(text.Trim('[', ']'), out _) || IPAddress.TryParse(host.Trim('[', ']'), out _) || DnsNames.IsSubdomain(host.ToLowerInvariant());
    }

    private static bool IsSecretName(string text) => text.Split('/') switch
    {
        [var name] => DnsNames.IsSubdomain(name),
        [var space, var name] => DnsNames.IsLabel(space) && DnsNames.IsSubdomain(name),
        _ => false,
    };

    private static Diagnostic Problem(Setting setting, string text, string problem) => setting switch
    {
        { Name: "KO_DOCKER_REPO" } => Ktr.InvalidRepository.At(null, AddressUser.HideIn(text), problem),
        { Form: TextForm.Repository } => Ktr.InvalidSetting.At(null, setting.Name, AddressUser.HideIn(text), problem),
        _ => Ktr.InvalidSetting.At(null, setting.Name, text, problem),
    };
}
