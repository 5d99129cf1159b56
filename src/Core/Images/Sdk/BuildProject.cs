using System.Xml.Linq;

namespace Kontrakt.Images.Sdk;

/// <summary>The project that builds and pushes images: it restores all of them together, builds each once, and publishes through Kontrakt.Container.targets.</summary>
internal static class BuildProject
{
    public const string FileName = "images.proj";
    public const string ResultName = "images.tsv";

    public static XDocument For(SdkBuildRequest request)
    {
        var slash = request.Repository.IndexOf('/', StringComparison.Ordinal);
        var registry = slash < 0 ? request.Repository : request.Repository[..slash];
        var path = slash < 0 ? "" : request.Repository[(slash + 1)..].Trim('/') + "/";
        return new(new XElement("Project", new XAttribute("DefaultTargets", "KontraktImages"),
            new XElement("PropertyGroup", new XElement("RestoreGraphProjectInput", string.Join(";", request.Projects.Select(project => Escape(project.ProjectFile))))),
            new XElement("ItemGroup",
                request.Projects.Select(project => new XElement("_Project", new XAttribute("Include", Escape(project.ProjectFile)))),
                request.Projects.Select(project => new XElement("_Image", new XAttribute("Include", Escape(project.ProjectFile)),
                    new XElement("AdditionalProperties", $"KontraktImageRepository={Escape(path + project.Name)}")))),
            // Restore of several projects as NuGet does it for a solution: shared references are restored once.
            new XElement("Import", new XAttribute("Project", "$(MSBuildToolsPath)/NuGet.targets")),
            new XElement("Target", new XAttribute("Name", "KontraktImages"),
                MSBuild("@(_Project)", "Build", null),
                MSBuild("@(_Image)", "_KontraktPublishImage", Properties(request, registry)),
                new XElement("WriteLinesToFile", new XAttribute("File", Escape(Path.Combine(request.WorkDirectory, ResultName))), new XAttribute("Overwrite", "true"),
                    new XAttribute("Lines", "@(_Built->'%(ProjectFile)%09%(Name)%09%(Tag)%09%(Digest)%09%(Reused)%09%(Began)%09%(Ended)')")))));
    }

    private static XElement MSBuild(string projects, string targets, string? properties)
    {
        var element = new XElement("MSBuild", new XAttribute("Projects", projects), new XAttribute("Targets", targets), new XAttribute("BuildInParallel", "true"));
        if (properties is not null)
            element.Add(new XAttribute("Properties", properties), new XElement("Output", new XAttribute("TaskParameter", "TargetOutputs"), new XAttribute("ItemName", "_Built")));
        return element;
    }

    private static string Properties(SdkBuildRequest request, string registry) => string.Join(';',
        "NoBuild=true",
        $"CustomAfterMicrosoftCommonTargets={Escape(request.TargetsFile)}",
        $"CustomAfterMicrosoftCommonCrossTargetingTargets={Escape(request.TargetsFile)}",
        $"KontraktTasksAssembly={Escape(request.TasksAssembly)}",
        $"KontraktImageRegistry={Escape(registry)}",
        $"KontraktImageTag={Escape(request.Tag)}",
        $"KontraktInsecureRegistries={string.Join("%3B", request.InsecureRegistries.Select(host => Escape(host)))}",
        $"KontraktImageBase={Escape(request.BaseImage?.ToString() ?? "")}");

    /// <summary>Characters that MSBuild would treat as more than text.</summary>
    private static string Escape(string text) =>
        string.Concat(text.Select(character => "%*?@$();'".Contains(character) ? $"%{(int)character:X2}" : character.ToString()));
}
