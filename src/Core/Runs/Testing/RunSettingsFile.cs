using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;
using Kontrakt.Diagnostics;

namespace Kontrakt.Runs;

/// <summary>What a .runsettings file, and the settings behind "--", say to kontrakts. The rest is for others.</summary>
/// <param name="Parameters">Environment variables, then TestRunParameters, in the order in which later ones win.</param>
internal sealed partial record RunSettingsFile(IReadOnlyList<KeyValuePair<string, string>> Parameters, string Filter, string ResultsDirectory, IReadOnlyList<TestLogger> Loggers)
{
    private const string Environment = "RunConfiguration.EnvironmentVariables.";

    /// <param name="path">A full path; empty for no file.</param>
    /// <param name="inline">Settings of the command line, joined by ';'.</param>
    /// <exception cref="KontraktException">KTR1140: it cannot be read.</exception>
    public static RunSettingsFile Read(string path, string inline)
    {
        var file = path.Length == 0 ? new([], "", "", []) : Of(Load(path), Path.GetDirectoryName(path) ?? "");
        var parts = inline.Split(';', StringSplitOptions.TrimEntries);
        return file with
        {
            Parameters =
            [
                .. file.Parameters,
                .. from part in parts where part.StartsWith(Environment, StringComparison.OrdinalIgnoreCase) let pair = part[Environment.Length..].Split('=', 2) where pair.Length == 2 select KeyValuePair.Create(pair[0], pair[1]),
                .. from part in parts let parameter = InlineParameter().Match(part) where parameter.Success select KeyValuePair.Create(parameter.Groups[1].Value, parameter.Groups[2].Value),
            ],
        };
    }

    private static XElement Load(string path)
    {
        try
        {
            using var reader = XmlReader.Create(path, new() { DtdProcessing = DtdProcessing.Prohibit });
            return XElement.Load(reader);
        }
        catch (XmlException fault)
        {
            throw Ktr.RunSettingsInvalid.Error(fault, new(path, fault.LineNumber, fault.LinePosition), path, fault.Message);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw Ktr.RunSettingsInvalid.Error(refused, new(path), path, refused.Message);
        }
    }

    private static RunSettingsFile Of(XElement root, string folder)
    {
        var run = root.Element("RunConfiguration");
        var variables = (run?.Element("EnvironmentVariables")?.Elements() ?? []).Select(variable => KeyValuePair.Create(variable.Name.LocalName, variable.Value));
        var parameters = (root.Element("TestRunParameters")?.Elements("Parameter") ?? []).Select(parameter => KeyValuePair.Create(Text(parameter, "name"), Text(parameter, "value")));
        var results = run?.Element("ResultsDirectory")?.Value.Trim() ?? "";
        var loggers = (root.Element("LoggerRunSettings")?.Element("Loggers")?.Elements("Logger") ?? [])
            .Where(logger => !Text(logger, "enabled").Equals("false", StringComparison.OrdinalIgnoreCase) && Text(logger, "friendlyName").Length > 0)
            .Select(logger => new TestLogger(Text(logger, "friendlyName"),
                (logger.Element("Configuration")?.Elements() ?? []).ToLookup(each => each.Name.LocalName, each => each.Value.Trim()).ToDictionary(each => each.Key, each => each.Last(), StringComparer.OrdinalIgnoreCase)));
        return new([.. variables, .. parameters], run?.Element("TestCaseFilter")?.Value.Trim() ?? "", results.Length == 0 ? "" : Path.GetFullPath(results, folder), [.. loggers]);
    }

    private static string Text(XElement element, string attribute) => element.Attribute(attribute)?.Value ?? "";

    [GeneratedRegex("""^TestRunParameters\.Parameter\(\s*name\s*=\s*"([^"]*)"\s*,\s*value\s*=\s*"([^"]*)"\s*\)$""", RegexOptions.IgnoreCase)]
    private static partial Regex InlineParameter();
}
