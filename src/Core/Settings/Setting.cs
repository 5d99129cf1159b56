using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Reflection;
using System.Text;

namespace Kontrakt.Settings;

/// <summary>What the text of a setting is read as.</summary>
public enum TextForm
{
    Text, Flag, Number, Time, TimeOrZero, Path, Paths, PathList, Image, Repository, Namespace, PullSecret, List, Arguments, Quantities, Destinations, Filter, Shard, Keep, PodSecurity,
}

/// <summary>What another value of a setting can change.</summary>
public enum Decides
{
    /// <summary>No verdict; or one only by what a kept verdict covers in any case: objects, digests of images, the cluster's kind.</summary>
    Nothing,
    /// <summary>A verdict: a kept verdict covers its value.</summary>
    Verdict,
}

/// <summary>What help and the docs list together. Every setting is in the group that the last one before it begins.</summary>
public enum SettingGroup { None, WhatRuns, Images, Builds, Contexts, Cluster, Selection, KeptVerdicts, Limits, Reports, Pipelines }

/// <summary>
/// A row of the table of settings, at the property of <see cref="KontraktSettings"/> that has its value and its default. The options of the command,
/// the environment, what targets pass to tasks, the documentation and the cover of kept verdicts all come from these rows.
/// </summary>
/// <param name="name">The property of a build, such as KontraktTimeout.</param>
/// <param name="text">What it is, for all places that describe it.</param>
/// <param name="option">The option of the command, its other names, and what help calls its value: --namespace -n NAME. Empty: there is none.</param>
/// <param name="defaultText">What applies where nothing is set, in words; null: the property's own value.</param>
/// <param name="variable">The environment variable, where it is not the name in another case.</param>
/// <param name="fallback">Another name, which is read where this one has no text; also the environment variable.</param>
/// <param name="least">Of a number, the least one.</param>
/// <param name="begins">At the first setting of a group: the group.</param>
[AttributeUsage(AttributeTargets.Property)]
[SuppressMessage("Naming", "CA1710:Identifiers should have correct suffix", Justification = "It is a row of the table; that it is an attribute says only where the row is.")]
// All by the constructor: what an attribute sets by name is set by reflection, which costs each process milliseconds.
public sealed class Setting(string name, TextForm form, Decides decides, string text, string option = "", string? defaultText = null, string? variable = null,
    string? fallback = null, int least = 0, SettingGroup begins = SettingGroup.None) : Attribute
{
    private static readonly KontraktSettings Unset = new() { Directory = "", RunsDirectory = "" };

    private readonly SettingGroup _begins = begins;
    private PropertyInfo? _property;

    /// <summary>In the order of the properties.</summary>
    public static IReadOnlyList<Setting> All { get; } = ReadAll();

    /// <summary>The rows of the properties that are named, such as nameof(KontraktSettings.Timeout).</summary>
    public static IEnumerable<Setting> Of(params string[] properties) =>
        properties.Select(name => All.FirstOrDefault(setting => setting.Property.Name == name) ?? throw new ArgumentException($"{name} is not in the table of settings", nameof(properties)));

    /// <summary>The rows of the groups, in the order of the table.</summary>
    public static IEnumerable<Setting> Of(params SettingGroup[] groups) => All.Where(setting => groups.Contains(setting.Group));

    public string Name => name;

    public TextForm Form => form;

    public Decides Decides => decides;

    public string Text => text;

    public string Option => option;

    /// <summary>The option as messages name it; null: there is none.</summary>
    public string? LongOption => option.Split(' ').LastOrDefault(word => word.StartsWith("--", StringComparison.Ordinal));

    /// <summary>What applies where nothing is set; empty: nothing.</summary>
    public string Default => defaultText ?? DefaultText();

    /// <summary>The environment variable of the command; null: there is none.</summary>
    public string? Variable => variable ?? fallback ?? NameInEnvironment();

    public string? Fallback => fallback;

    public int Least => least;

    /// <summary>The group that it is in.</summary>
    public SettingGroup Group { get; private set; }

    /// <summary>The title of the group that it begins; null: it is not the first one.</summary>
    public string? GroupTitle => _begins switch
    {
        SettingGroup.None => null,
        SettingGroup.WhatRuns => "What runs",
        SettingGroup.Builds => "Builds in the cluster: of Dockerfiles, by Kaniko in a pod",
        SettingGroup.Contexts => "Contexts: a folder as an image",
        SettingGroup.KeptVerdicts => "Kept verdicts: docs/cache.md",
        SettingGroup.Limits => "Limits: times have a unit, such as 90s, 10m, 1h30m, or the form 00:10:00",
        _ => _begins.ToString(),
    };

    public bool IsList => form is TextForm.List or TextForm.PathList or TextForm.Arguments or TextForm.Quantities;

    private PropertyInfo Property => _property ?? throw new InvalidOperationException($"{name} is not from the table");

    /// <summary>The value as a text: other values have other texts.</summary>
    public string ValueIn(KontraktSettings settings) => Property.GetValue(settings) switch
    {
        null => "",
        TimeSpan time => time.ToString("c", CultureInfo.InvariantCulture),
        IEnumerable<string> list => string.Join(';', list),
        IReadOnlyDictionary<string, string> pairs => string.Join(';', pairs.Select(pair => $"{pair.Key}={pair.Value}")),
        var value => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };

    /// <summary>Only for settings that nobody else has yet.</summary>
    internal void Set(KontraktSettings settings, object value) => Property.SetValue(settings, value);

    private static Setting[] ReadAll()
    {
        Setting[] all = [.. typeof(KontraktSettings).GetProperties().Select(At)];
        var group = SettingGroup.None;
        foreach (var setting in all)
            setting.Group = group = setting._begins == SettingGroup.None ? group : setting._begins;
        return all;
    }

    private static Setting At(PropertyInfo property)
    {
        var setting = Attribute.GetCustomAttribute(property, typeof(Setting), inherit: false) as Setting ?? throw new InvalidOperationException($"{property.Name} is not in the table of settings");
        setting._property = property;
        return setting;
    }

    private string DefaultText() => Property.GetValue(Unset) switch
    {
        TimeSpan time => Durations.Format(time),
        bool or Enum => ValueIn(Unset).ToLowerInvariant(),
        _ => ValueIn(Unset),
    };

    /// <summary>KontraktKubeContext is KONTRAKT_KUBE_CONTEXT; names in capitals are the same.</summary>
    private string? NameInEnvironment()
    {
        if (!name.AsSpan().ContainsAnyInRange('a', 'z'))
            return name;
        var words = new StringBuilder();
        for (var at = 0; at < name.Length; at++)
            words.Append(at > 0 && char.IsUpper(name[at]) && char.IsLower(name[at - 1]) ? "_" : "").Append(name[at]);
        return option.Length > 0 ? words.ToString().ToUpperInvariant() : null;
    }
}
