using System.Runtime.CompilerServices;
using Kontrakt.Diagnostics;
using Kontrakt.Images;
using Kontrakt.Manifests.Sources;
using Kontrakt.Settings;
using Microsoft.Build.Definition;
using Microsoft.Build.Evaluation;
using Microsoft.Build.Exceptions;
using Microsoft.Build.Execution;

namespace Kontrakt.Tool.Projects;

/// <summary>Reads projects as 'dotnet build' does before it builds, with the SDK's MSBuild in this process. Nothing is restored or built.</summary>
internal static class ProjectEvaluation
{
    // The current folder and the environment are the process's: two at once would each restore what the other has set.
    private static readonly Lock OneAtATime = new();

    /// <summary>Null where no SDK is found.</summary>
    /// <param name="properties">What takes precedence over the projects, as -p of a build does.</param>
    /// <exception cref="KontraktException">KTR1171: one cannot be read, with the place; or an item is wrong.</exception>
    public static IReadOnlyList<EvaluatedProject>? Evaluate(IReadOnlyList<string> files, IReadOnlyDictionary<string, string> properties)
    {
        lock (OneAtATime)
        {
            using var sdk = SdkMSBuild.Find(Path.GetDirectoryName(files[0]) ?? files[0]);
            return sdk is null ? null : Read(files, properties);
        }
    }

    /// <summary>A method of its own: its types are those of the MSBuild that was found.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static IReadOnlyList<EvaluatedProject> Read(IReadOnlyList<string> files, IReadOnlyDictionary<string, string> properties)
    {
        using var projects = new ProjectCollection();
        var options = new ProjectOptions
        {
            ProjectCollection = projects,
            GlobalProperties = properties.ToDictionary(property => property.Key, property => ProjectCollection.Escape(property.Value), StringComparer.OrdinalIgnoreCase),
        };
        return [.. files.Select(file => Read(file, options))];
    }

    private static EvaluatedProject Read(string file, ProjectOptions options)
    {
        ProjectInstance project;
        try
        {
            project = ProjectInstance.FromFile(file, options);
        }
        catch (InvalidProjectFileException wrong)
        {
            var place = wrong.ProjectFile is { Length: > 0 } at ? new SourceLocation(at, wrong.LineNumber, wrong.ColumnNumber) : new(file);
            throw Ktr.ProjectUnreadable.Error(wrong, place, Path.GetFileName(file), wrong.ErrorCode is { Length: > 0 } code ? $"{code}: {wrong.BaseMessage.TrimEnd('.')}" : wrong.BaseMessage.TrimEnd('.'));
        }
        var values = SettingsReader.Names.ToDictionary(name => name, name => (string?)project.GetPropertyValue(name), StringComparer.Ordinal);
        var given = values.Where(pair => !string.IsNullOrEmpty(pair.Value)).Select(pair => pair.Key).ToHashSet(StringComparer.Ordinal);
        // Where the package is not restored, its targets have not set it yet.
        if (string.IsNullOrEmpty(values["KontraktRunsDirectory"]))
            values["KontraktRunsDirectory"] = Path.Combine(project.GetPropertyValue("BaseIntermediateOutputPath") is { Length: > 0 } obj ? obj : "obj", "kontrakt");
        // Of a folder that does not exist yet, MSBuild leaves the separators of the SDK's own files as they are.
        if (!OperatingSystem.IsWindows())
            values["KontraktRunsDirectory"] = values["KontraktRunsDirectory"]?.Replace('\\', '/');
        return new(file, UsesKontrakt(project), values, [.. project.GetItems("KontraktImage").Select(item => Image(item, file))]) { Given = given };
    }

    private static bool UsesKontrakt(ProjectInstance project) => project.GetPropertyValue("_KontraktPropsImported") == "true"
        || project.GetItems("PackageReference").Any(reference => reference.EvaluatedInclude.Equals("Kontrakt.MSBuild", StringComparison.OrdinalIgnoreCase));

    private static ImageItem Image(ProjectItemInstance item, string project)
    {
        var path = item.GetMetadataValue("FullPath");
        return new ImageItemReader(path, item.Metadata.ToDictionary(metadata => metadata.Name, metadata => metadata.EvaluatedValue, StringComparer.OrdinalIgnoreCase), path, project).Read();
    }
}
