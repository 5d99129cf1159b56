using System.Text.RegularExpressions;

namespace Kontrakt.Manifests.Sources;

/// <summary>
/// What a text of a project may be when its properties are put in: with each value that the project's files give them, whatever their conditions say. What
/// does not lead up becomes <see cref="ProjectPiece.Unknown"/>.
/// </summary>
/// <param name="noteLookedFor">Gets the files that are looked for in folders above, where they are and where they could be.</param>
internal sealed partial class ProjectProperties(string projectFile, string root, ProjectXml xml, Action<string> noteLookedFor)
{
    private const int MostValues = 64;
    private const int MostSteps = 4000;
    private static readonly string Unknown = ProjectPiece.Unknown.ToString();

    /// <summary>Of MSBuild, SDKs and NuGet: they lead to what is made, to what is installed, or nowhere. Other names may be anything.</summary>
    private static readonly HashSet<string> Harmless = new(StringComparer.OrdinalIgnoreCase)
    {
        "Configuration", "Platform", "PlatformTarget", "TargetFramework", "TargetFrameworks", "TargetFrameworkIdentifier", "TargetFrameworkVersion", "TargetFrameworkMoniker", "RuntimeIdentifier",
        "RuntimeIdentifiers", "NETCoreSdkRuntimeIdentifier", "NETCoreSdkVersion", "NETCoreAppMaximumVersion", "BundledNETCoreAppPackageVersion", "BundledNETCoreAppTargetFrameworkVersion", "OS",
        "AssemblyName", "RootNamespace", "TargetName", "TargetExt", "TargetFileName", "TargetPath", "TargetDir", "OutputType", "ProjectName", "ProjectFileName", "ProjectExt", "ProjectGuid", "Version",
        "VersionPrefix", "VersionSuffix", "PackageId", "PackageVersion", "AssemblyVersion", "FileVersion", "InformationalVersion", "NoWarn", "WarningsAsErrors", "WarningsNotAsErrors", "DefineConstants",
        "LangVersion", "Nullable", "Features", "Deterministic", "OutDir", "OutputPath", "IntermediateOutputPath", "BaseIntermediateOutputPath", "BaseOutputPath", "ArtifactsPath", "PublishDir",
        "PublishUrl", "PackageOutputPath", "NuGetPackageRoot", "NuGetPackageFolders", "RestorePackagesPath", "DefaultItemExcludes", "DefaultExcludesInProjectFolder", "DefaultXsdPath", "RestoreSources",
        "RestoreAdditionalProjectSources", "VCTargetsPath", "DotNetHostPath", "NetCoreRoot", "NetCoreTargetingPackRoot", "NetCoreSdkRoot", "MicrosoftNETBuildTasksAssembly", "EnableDefaultItems",
        "EnableDefaultCompileItems", "EnableDefaultNoneItems", "CompilerGeneratedFilesOutputPath", "ContinuousIntegrationBuild", "BuildProjectReferences", "DesignTimeBuild", "Language",
    };

    private static readonly string[] HarmlessPrefixes = ["MSBuild", "Pkg", "CustomBefore", "CustomAfter"];

    private static readonly string[] HarmlessFunctions =
        ["[msbuild]::is", "[msbuild]::version", "[msbuild]::gettargetframework", "[msbuild]::gettargetplatform", "[msbuild]::arefeaturesenabled", "[msbuild]::add", "[msbuild]::subtract", "[msbuild]::multiply",
            "[msbuild]::divide", "[msbuild]::bitwise", "[system.datetime]", "[system.datetimeoffset]", "[system.guid]", "[system.runtime.interopservices.", "[system.operatingsystem]", "[system.version]", "[system.math]",
            "[system.environment]::processorcount", "[system.environment]::machinename", "[system.environment]::osversion", "[system.environment]::is64", "[system.string]::isnull"];

    private int _steps;
    private string? _unknown;

    /// <param name="unknown">A property or function that may lead anywhere; null: there is none.</param>
    public IReadOnlyList<string> Expand(ProjectText text, out string? unknown)
    {
        (_steps, _unknown) = (0, null);
        var values = Expand(text.Value, text.File, []);
        unknown = _unknown;
        return values;
    }

    private List<string> Expand(string text, string file, IReadOnlyList<ProjectText> within)
    {
        List<string> values = [""];
        var at = 0;
        while (at < text.Length)
        {
            var (start, end) = ProjectReference.Next(text, at);
            values = Product(values, [text[at..start]]);
            if (start == text.Length)
                break;
            var inner = text[(start + 2)..end];
            values = Product(values, text[start] switch
            {
                '$' => Property(inner.Trim(), file, within),
                // What a transformation makes of items is one path of many.
                '@' => [Unknown, .. ProjectReference.Quoted(inner).SelectMany(each => Expand(each, file, within)).Select(each => $";{each};")],
                _ => [Unknown],
            });
            at = end + 1;
        }
        return values;
    }

    private List<string> Property(string inner, string file, IReadOnlyList<ProjectText> within)
    {
        if (inner.StartsWith('['))
            return Function(inner, file, within);
        var name = Name().Match(inner).Value;
        if (name.Length == inner.Length && name.Length > 0)
            return Value(name, file, within);
        if (name.Length > 0 && inner[name.Length] is '.' or '[')
        {
            var values = Value(name, file, within);
            // Such as .StartsWith('net') or .Replace('.Tests', ''): what has no folder in it before has none afterwards.
            return !values.Exists(MayLead) && !inner.AsSpan(name.Length).ContainsAny('/', '\\') && !DotsOnly().IsMatch(inner) ? [Unknown] : Anything($"$({inner})");
        }
        return Anything($"$({inner})");
    }

    private List<string> Value(string name, string file, IReadOnlyList<ProjectText> within)
    {
        if (OfPlace(name, file) is { } place)
            return [place];
        var definitions = xml.Properties[name].ToList();
        var isHarmless = Harmless.Contains(name) || Array.Exists(HarmlessPrefixes, prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)) && !name.Equals("MSBuildStartupDirectory", StringComparison.OrdinalIgnoreCase);
        if (definitions.Count == 0 || xml.IsOutput(name))
            return isHarmless ? [Unknown] : Anything($"$({name})");
        if (definitions.TrueForAll(definition => IsInert(definition.Value)))
            return [Unknown];
        if (++_steps > MostSteps)
            return Anything($"$({name})");
        var values = definitions.Except(within, ReferenceEqualityComparer.Instance).Cast<ProjectText>().SelectMany(definition => Expand(definition.Value, definition.File, [.. within, definition])).ToList();
        if (isHarmless)
            values.Add(Unknown);
        if (values.Count == 0 || definitions.TrueForAll(definition => definition.IsConditional))
            values.Add("");
        return Few(values.Select(value => value.Trim()), $"$({name})");
    }

    /// <summary>Without any other property, and without a folder: a version, a list of warnings, true.</summary>
    private static bool IsInert(string value) => !value.AsSpan().ContainsAny("$@%") && !string.IsNullOrWhiteSpace(value) && !MayLead(value);

    private static bool MayLead(string value) => value.AsSpan().ContainsAny('/', '\\', '%') || value.Split(';').Any(part => part.Trim().Trim('.').Length == 0 && part.Contains('.'));

    private string? OfPlace(string name, string file) => name.ToLowerInvariant() switch
    {
        "msbuildthisfiledirectory" => Path.GetDirectoryName(file) + "/",
        "msbuildthisfilefullpath" => file,
        "msbuildthisfile" => Path.GetFileName(file),
        "msbuildthisfilename" => Path.GetFileNameWithoutExtension(file),
        "msbuildprojectdirectory" => Path.GetDirectoryName(projectFile),
        "projectdir" => Path.GetDirectoryName(projectFile) + "/",
        "msbuildprojectfullpath" or "projectpath" => projectFile,
        "msbuildprojectfile" or "projectfilename" => Path.GetFileName(projectFile),
        "msbuildprojectname" or "projectname" => Path.GetFileNameWithoutExtension(projectFile),
        _ => null,
    };

    private List<string> Function(string inner, string file, IReadOnlyList<ProjectText> within)
    {
        if (Call().Match(inner) is not { Success: true } call)
            return Array.Exists(HarmlessFunctions, inner.ToLowerInvariant().StartsWith) ? [Unknown] : Anything($"$({inner})");
        var name = call.Groups["name"].Value.ToLowerInvariant();
        List<string> Argument(string text) => Expand(text, file, within);
        var arguments = ProjectReference.Arguments(call.Groups["arguments"].Value).Select(Argument).ToList();
        return (name, arguments) switch
        {
            ("[msbuild]::getpathoffileabove", [var names, .. var from]) => Above(names, from is [var only] ? only : [Path.GetDirectoryName(file) ?? file], Path.Combine),
            ("[msbuild]::getdirectorynameoffileabove", [var from, var names]) => Above(names, from, (folder, _) => folder),
            ("[msbuild]::normalizepath" or "[msbuild]::normalizedirectory" or "[system.io.path]::combine", [_, ..]) =>
                arguments.Aggregate((all, next) => Few(from one in all from other in next select Path.Combine(one, other.Replace('\\', '/')), $"$({inner})")),
            ("[msbuild]::ensuretrailingslash", [var path]) => [.. path.Select(each => each + "/")],
            ("[system.io.path]::getfullpath" or "[msbuild]::escape" or "[msbuild]::unescape", [var path]) => path,
            ("[msbuild]::valueordefault", [var value, var other]) => [.. value, .. other],
            _ => Array.Exists(HarmlessFunctions, name.StartsWith) ? [Unknown] : Anything($"$({inner})"),
        };
    }

    /// <summary>The nearest file of a name in a folder and those above it; empty where there is none.</summary>
    private List<string> Above(List<string> names, List<string> from, Func<string, string, string> value)
    {
        var found = new List<string>();
        foreach (var name in names)
            foreach (var start in from)
            {
                if (name.Contains(ProjectPiece.Unknown) || start.Contains(ProjectPiece.Unknown))
                    return Anything(name.Replace(ProjectPiece.Unknown, '*'));
                var folder = (string?)Path.TrimEndingDirectorySeparator(Path.GetFullPath(start.Replace('\\', '/'), Path.GetDirectoryName(projectFile) ?? "/"));
                for (; folder is not null; folder = folder == root ? null : Path.GetDirectoryName(folder))
                {
                    noteLookedFor(Path.Combine(folder, name));
                    if (File.Exists(Path.Combine(folder, name)))
                        break;
                }
                found.Add(folder is null ? "" : value(folder, name));
            }
        return found;
    }

    private List<string> Product(List<string> values, List<string> others) =>
        others is [var only] ? [.. values.Select(value => value + only)] : Few(from value in values from other in others select value + other, "a text with many values");

    private List<string> Few(IEnumerable<string> values, string of)
    {
        var few = values.Distinct(StringComparer.Ordinal).Take(MostValues + 1).ToList();
        return few.Count <= MostValues ? few : Anything(of);
    }

    private List<string> Anything(string why)
    {
        _unknown ??= why;
        return [Unknown];
    }

    [GeneratedRegex(@"^\w[\w\-]*")]
    private static partial Regex Name();

    [GeneratedRegex("""(['"`])\.+\1""")]
    private static partial Regex DotsOnly();

    [GeneratedRegex(@"^(?<name>\[[\w.]+\]::\w+)\((?<arguments>.*)\)$", RegexOptions.Singleline)]
    private static partial Regex Call();
}
