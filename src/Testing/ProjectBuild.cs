using System.ComponentModel;
using System.Globalization;
using Kontrakt.Diagnostics;
using Kontrakt.Images.Sdk;

namespace Kontrakt.Testing;

/// <summary>The steps before a run that are MSBuild's: the project's targets discover, build images and resolve, for the kontrakts that were asked for.</summary>
internal static class ProjectBuild
{
    /// <summary>The id of the run that began.</summary>
    /// <exception cref="KontraktException">What the build reported, or KTR1141.</exception>
    public static async Task<string> BeginRunAsync(ProjectSettings project, IEnumerable<string> kontrakts, IRunLog log, CancellationToken cancellationToken)
    {
        var work = Directory.CreateTempSubdirectory("kontrakt-test-");
        try
        {
            var told = Path.Combine(work.FullName, "run");
            var errors = new List<Diagnostic>();
            var last = new Queue<string>();
            var exitCode = await RunAsync(project, Arguments(project, kontrakts, told), line => Read(line, errors, last, log), cancellationToken);
            if (exitCode == 0 && File.Exists(told))
                return (await File.ReadAllTextAsync(told, cancellationToken)).Trim();
            KontraktException.ThrowIfAny(errors);
            throw Ktr.TestBuildFailed.Error(new(project.ProjectFile), exitCode.ToString(CultureInfo.InvariantCulture), string.Join('\n', last));
        }
        finally
        {
            work.Delete(recursive: true);
        }
    }

    private static string[] Arguments(ProjectSettings project, IEnumerable<string> kontrakts, string told)
    {
        var properties = project.Properties.ToDictionary(StringComparer.Ordinal);
        properties["KontraktFilter"] = string.Join('|', kontrakts.Select(name => $"Name={name}"));
        properties["KontraktTestRunFile"] = told;
        return ["--no-restore", "-t:KontraktBeginTests", .. properties.Select(property => DotnetBuild.Property(property.Key, property.Value))];
    }

    private static void Read(string line, List<Diagnostic> errors, Queue<string> last, IRunLog log)
    {
        lock (errors)
        {
            var text = line.Trim();
            if (text.Length == 0)
                return;
            if (BuildLine.Read(line) is { Severity: Severity.Error } error && !errors.Contains(error))
                errors.Add(error);
            last.Enqueue(text);
            if (last.Count > 20)
                last.Dequeue();
            log.Report(new RunEvent.Progress(text));
        }
    }

    private static async Task<int> RunAsync(ProjectSettings project, IEnumerable<string> arguments, Action<string> onLine, CancellationToken cancellationToken)
    {
        try
        {
            return await DotnetBuild.RunAsync(project.ProjectFile, arguments, Path.GetDirectoryName(project.ProjectFile), onLine, cancellationToken);
        }
        catch (Win32Exception error)
        {
            throw Ktr.TestBuildFailed.Error(error, null, "no process", error.Message);
        }
    }
}
