using System.Text;
using System.Text.RegularExpressions;
using Kontrakt.Settings;

namespace Kontrakt.Tests.Settings;

/// <summary>What the table of settings is to files of the repository. With KONTRAKT_WRITE_SETTINGS=1 these tests write the sections.</summary>
[TestClass]
[DoNotParallelize]
public sealed partial class SettingsInFiles
{
    private const int Width = 150;
    private const string Indent = "                                ";

    private static readonly IReadOnlyDictionary<string, string?> Nothing = new Dictionary<string, string?>();

    [TestMethod, Timeout(60_000)]
    public void AreTheHeadOfTheProps() => Check("build/Kontrakt.MSBuild.props", "  Settings, which the command has as options: docs/tool.md", "  Of a build only", "\n" + string.Concat(
        from setting in Setting.All
        where setting.Option.Length > 0
        select (setting.GroupTitle is { } title ? $"  {title}\n" : "") + Wrapped(setting.Name, $"{setting.Text}{(setting.IsList ? ", separated by ';'" : "")}{(setting.Default.Length > 0 ? $" [{setting.Default}]" : "")}")
            + (IsLastOfGroup(setting) ? "\n" : "")));

    [TestMethod, Timeout(60_000)]
    public void AreWhatTargetsPassToTasks() => Check("build/Kontrakt.MSBuild.props", """      <_KontraktSetting Remove="@(_KontraktSetting)" />""", "    </ItemGroup>", string.Concat(
        SettingsReader.Names.Select(name => $"""      <_KontraktSetting Include="{name}" Value="$({name})" />{'\n'}""")));

    /// <summary>A variable that is only a fallback, or that has the name of a tool's own, is a property already; so is that of the configuration, of which all else depends.</summary>
    [TestMethod, Timeout(60_000)]
    public void AreVariablesOfABuild() => Check("build/Kontrakt.Variables.targets", "  <PropertyGroup>", "  </PropertyGroup>", string.Concat(
        from setting in Setting.All
        where setting.Option.Length > 0 && setting.Variable is not null && setting.Fallback is null && setting.Name != "Configuration"
        let value = setting.Variable == setting.Name ? $"$([System.Environment]::GetEnvironmentVariable(`{setting.Name}`))" : $"$({setting.Variable})"
        select $"""    <{setting.Name} Condition="'{value}' != ''">{value}</{setting.Name}>{'\n'}"""));

    [TestMethod, Timeout(60_000)]
    public void AreTheTableOfTheCommandsPage() => Check("docs/tool.md", "|---|---|---|---|---|", "", string.Concat(
        from setting in Setting.All
        where setting.Option.Length > 0
        let names = setting.Option.Split(' ').Where(word => word.StartsWith('-')).Select(name => $"`{name}`")
        let cells = new[] { string.Join(", ", names) + (setting.IsList ? " (repeatable)" : ""), setting.Name, setting.Variable, setting.Text, setting.Default }
        select $"| {string.Join(" | ", cells.Select(cell => cell?.Replace("|", "\\|", StringComparison.Ordinal)))} |\n"));

    /// <summary>The page says what holds where nothing is set, and is read as anybody's text would be.</summary>
    [TestMethod, Timeout(60_000)]
    public void HaveTheDefaultsOfTheCommandsPage()
    {
        var documented = TableRow().Matches(Read("docs/tool.md")).ToDictionary(row => row.Groups["name"].Value, row => row.Groups["default"].Value.Trim());
        var unset = SettingsReader.Read(Nothing, "/base");
        var fixedDefaults = Setting.All.Where(setting => setting.Option.Length > 0 && setting.Form != TextForm.Path && setting.ValueIn(unset).Length > 0).ToList();

        var wrong = from setting in fixedDefaults
                    let read = SettingsReader.Read(new Dictionary<string, string?> { [setting.Name] = documented[setting.Name] }, "/base")
                    where setting.ValueIn(read) != setting.ValueIn(unset)
                    select $"{setting.Name}: {setting.ValueIn(unset)}, and on the page {documented[setting.Name]}";

        Assert.AreEqual("", string.Join('\n', wrong));
        Assert.Contains("KontraktTimeout", fixedDefaults.Select(setting => setting.Name));
        Assert.IsGreaterThan(12, fixedDefaults.Count);
    }

    /// <summary>The page on kept verdicts names those that decide one.</summary>
    [TestMethod, Timeout(60_000)]
    public void DecideAVerdictWhereThePageSaysSo()
    {
        var named = Read("docs/cache.md").Split('\n').Single(line => line.StartsWith("- `Kontrakt", StringComparison.Ordinal) && line.Contains("`KontraktTimeout`", StringComparison.Ordinal));

        CollectionAssert.AreEquivalent(CodeWord().Matches(named).Select(match => match.Groups[1].Value).ToArray(),
            Setting.All.Where(setting => setting.Decides == Decides.Verdict).Select(setting => setting.Name).ToArray());
    }

    private static bool IsLastOfGroup(Setting setting)
    {
        var next = Setting.All.SkipWhile(each => each.Name != setting.Name).Skip(1).FirstOrDefault(each => each.Option.Length > 0);
        return next is null || next.GroupTitle is not null;
    }

    /// <summary>A name and what it is, in lines that are not too long.</summary>
    private static string Wrapped(string name, string text)
    {
        var lines = new StringBuilder($"    {name,-26} ");
        var length = lines.Length;
        foreach (var word in text.Split(' '))
        {
            if (length + 1 + word.Length > Width)
            {
                lines.Append('\n').Append(Indent[1..]);
                length = Indent.Length - 1;
            }
            lines.Append(' ').Append(word);
            length += 1 + word.Length;
        }
        return lines.Append('\n').ToString();
    }

    private static string Read(string file) => File.ReadAllText(Path.Combine(Repository.Root, file));

    private static void Check(string file, string begin, string end, string expected)
    {
        var text = Read(file);
        var from = text.IndexOf($"{begin}\n", StringComparison.Ordinal) is var at and >= 0 ? at + begin.Length + 1 : throw new AssertFailedException($"{file} has no line '{begin}'");
        var to = text.IndexOf(end.Length > 0 ? $"{end}\n" : "\n\n", from, StringComparison.Ordinal) is var stop && end.Length > 0 ? stop : stop + 1;
        if (Environment.GetEnvironmentVariable("KONTRAKT_WRITE_SETTINGS") == "1")
            File.WriteAllText(Path.Combine(Repository.Root, file), text[..from] + expected + text[to..]);

        var (wanted, written) = ($"{begin}\n{expected}{end}\n", Read(file));
        var (lines, others) = (wanted.Split('\n'), text[from..to].Split('\n'));

        Assert.IsTrue(written.Contains(wanted, StringComparison.Ordinal), $"{file} differs from the table of settings; src/Core/Settings/README.md says how it is written\n"
            + string.Join('\n', [.. others.Except(lines).Select(line => $"- {line}"), .. lines.Except(others).Select(line => $"+ {line}")]));
    }

    [GeneratedRegex(@"^\| `--[^|]*\| (?<name>\w+) \| \w* \| (?:[^|]|(?<=\\)\|)* \|(?<default>[^|]*)\|$", RegexOptions.Multiline)]
    private static partial Regex TableRow();

    [GeneratedRegex("`(Kontrakt\\w+)`")]
    private static partial Regex CodeWord();
}
