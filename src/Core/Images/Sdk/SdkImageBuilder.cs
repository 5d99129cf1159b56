using System.ComponentModel;
using System.Globalization;
using Kontrakt.Diagnostics;
using Kontrakt.Manifests.Sources;
using Kontrakt.Oci.Names;

namespace Kontrakt.Images.Sdk;

/// <summary>Builds and pushes projects' images with 'dotnet build', for a program that has no MSBuild in its process.</summary>
public static class SdkImageBuilder
{
    /// <summary>The images, each with the digest that the registry reports. Errors of the compiler and the SDK go to the log with their own codes.</summary>
    /// <exception cref="KontraktException">The build failed: Kontrakt's own errors where it reported any, else <see cref="Ktr.ImageBuildFailed"/>.</exception>
    public static async Task<IReadOnlyList<BuiltImage>> BuildAsync(SdkBuildRequest request, IRunLog log, CancellationToken cancellationToken)
    {
        if (request.Projects.Count == 0)
            return [];
        Directory.CreateDirectory(request.RunsDirectory);
        var result = Path.Combine(request.RunsDirectory, $"images-{Guid.NewGuid():n}.json");
        try
        {
            var errors = new List<Diagnostic>();
            var exitCode = await RunAsync(request, result, line => Report(line, errors, log), cancellationToken);
            if (exitCode == 0)
                return SdkResult.Read(await File.ReadAllBytesAsync(result, cancellationToken));
            KontraktException.ThrowIfAny([.. errors.Where(error => error.Code.StartsWith("KTR", StringComparison.Ordinal))]);
            var names = string.Join(", ", request.Projects.Select(image => Path.GetFileName(image.ProjectFile)));
            var why = errors.Count > 0
                ? $"the build reported {errors.Count} error(s), the first: {errors[0].Code}: {errors[0].Message}"
                : string.Create(CultureInfo.InvariantCulture, $"'dotnet build' ended with {exitCode}");
            throw Ktr.ImageBuildFailed.Error(errors.FirstOrDefault()?.Location, names, why);
        }
        finally
        {
            File.Delete(result);
        }
    }

    private static void Report(string line, List<Diagnostic> errors, IRunLog log)
    {
        if (BuildLine.Read(line) is not { } diagnostic)
        {
            if (line.Trim().Length > 0)
                log.Report(new RunEvent.Detail(line.TrimEnd()));
            return;
        }
        lock (errors)
        {
            if (errors.Contains(diagnostic))
                return;
            if (diagnostic.Severity == Severity.Error)
                errors.Add(diagnostic);
        }
        log.Report(new RunEvent.Reported(diagnostic));
    }

    private static async Task<int> RunAsync(SdkBuildRequest request, string result, Action<string> onLine, CancellationToken cancellationToken)
    {
        string[] arguments =
        [
            "--no-restore", $"-getTargetResult:{SdkResult.Target}", $"-getResultOutputFile:{result}",
            DotnetBuild.Property("KontraktDriverImages", request.Projects.Select(project => $"{project.ProjectFile}//{request.Repository}/{project.Name}")),
            DotnetBuild.Property("KontraktDriverTag", request.Tag),
            DotnetBuild.Property("KontraktDriverBase", request.BaseImage?.ToString() ?? ""),
            DotnetBuild.Property("KontraktDriverInsecure", request.InsecureRegistries),
            DotnetBuild.Property("KontraktDriverRuns", request.RunsDirectory),
            DotnetBuild.Property("KontraktDriverTasks", request.TasksAssembly),
            .. request.Properties.Select(property => DotnetBuild.Property(property.Key, property.Value)),
        ];
        try
        {
            return await DotnetBuild.RunAsync(request.Driver, arguments, request.RunsDirectory, onLine, cancellationToken);
        }
        catch (Win32Exception error)
        {
            throw Ktr.ImageBuildFailed.Error(error, null, request.Driver, $"'{DotnetHost.Path}' cannot be started: {error.Message}. Install the .NET SDK, or put it on PATH");
        }
    }
}

/// <summary>Projects to build and push with the .NET SDK, from outside of MSBuild.</summary>
public sealed record SdkBuildRequest
{
    public required IReadOnlyList<ImageSource.Project> Projects { get; init; }
    /// <summary>KO_DOCKER_REPO.</summary>
    public required string Repository { get; init; }
    /// <summary>SOURCE_REFERENCE.</summary>
    public required string Tag { get; init; }
    /// <summary>Where runs are recorded: the build's result goes there, and the stamps of finished restores.</summary>
    public required string RunsDirectory { get; init; }
    /// <summary>Kontrakt.ProjectImages.proj.</summary>
    public required string Driver { get; init; }
    /// <summary>Kontrakt.Tasks.dll.</summary>
    public required string TasksAssembly { get; init; }
    public IReadOnlyList<string> InsecureRegistries { get; init; } = [];
    /// <summary>The host base image; null: each project's own base.</summary>
    public ImageReference? BaseImage { get; init; }
    /// <summary>Global properties for restore and build, such as Configuration.</summary>
    public IReadOnlyDictionary<string, string> Properties { get; init; } = new Dictionary<string, string>();
}
