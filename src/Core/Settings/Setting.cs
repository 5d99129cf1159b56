using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Reflection;
using System.Text;

namespace Kontrakt.Settings;

/// <summary>What the text of a setting is read as.</summary>
public enum TextForm
{
    Text, Flag, Number, Time, TimeOrZero, Path, Paths, PathList, Image, Repository, Namespace, PullSecret, List, Arguments, Quantities, Filter, Shard, Keep, PodSecurity,
}

/// <summary>What another value of a setting can change.</summary>
public enum Decides
{
    /// <summary>No verdict; or one only by what a kept verdict covers in any case: objects, digests of images, the cluster's kind.</summary>
    Nothing,
    /// <summary>A verdict: a kept verdict covers its value.</summary>
    Verdict,
}

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
/// <param name="group">At the first setting of a group: its title.</param>
[AttributeUsage(AttributeTargets.Property)]
[SuppressMessage("Naming", "CA1710:Identifiers should have correct suffix", Justification = "It is a row of the table; that it is an attribute says only where the row is.")]
// All by the constructor: what an attribute sets by name is set by reflection, which costs each process milliseconds.
public sealed class Setting(string name, TextForm form, Decides decides, string text, string option = "", string? defaultText = null, string? variable = null,
    string? fallback = null, int least = 0, string? group = null) : Attribute
{
    private static readonly KontraktSettings Unset = new() { Directory = "", RunsDirectory = "" };

    private PropertyInfo? _property;

    /// <summary>In the order of the properties.</summary>
    public static IReadOnlyList<Setting> All { get; } = [.. typeof(KontraktSettings).GetProperties().Select(At)];

    public string Name => name;

    public TextForm Form => form;

    public Decides Decides => decides;

    public string Text => text;

    public string Option => option;

    /// <summary>What applies where nothing is set; empty: nothing.</summary>
    public string Default => defaultText ?? DefaultText();

    /// <summary>The environment variable of the command; null: there is none.</summary>
    public string? Variable => variable ?? fallback ?? NameInEnvironment();

    public string? Fallback => fallback;

    public int Least => least;

    public string? Group => group;

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
