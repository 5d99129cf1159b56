using System.Text.Json.Nodes;
using System.Xml;
using System.Xml.Linq;
using Kontrakt.Diagnostics;
using Kontrakt.Kubernetes.Yaml;
using Kontrakt.Manifests.Sources;

namespace Kontrakt.Pipelines.Init;

/// <summary>Plans a first kontrakt for a project, a folder with a Dockerfile, or the services of a compose file.</summary>
public static class InitPlanner
{
    private static readonly string[] ComposeFiles = ["compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml"];
    private static readonly string[] Dockerfiles = ["Dockerfile", "Containerfile"];

    /// <param name="source">A project, a compose file, a Dockerfile, or a folder that holds one of these (a compose file goes first, then a project); a full path.</param>
    /// <param name="output">Where the kontrakt's manifests go; a full path; null: "kontrakt" beside the source.</param>
    /// <exception cref="KontraktException">There is nothing to begin with (KTR1191), or it cannot be read.</exception>
    public static InitPlan Plan(string source, string? output)
    {
        var file = Find(source);
        var folder = output ?? Path.Combine(Path.GetDirectoryName(file) ?? source, "kontrakt");
        var notes = new List<Diagnostic>();
        var services = ProjectIndex.IsProject(file) ? [OfProject(file, folder)]
            : Path.GetExtension(file) is ".yaml" or ".yml" ? ComposeReader.Read(file, folder, notes)
            : [new(ComposeReader.NameOf(Path.GetFileName(Path.GetDirectoryName(file)) ?? "app"), Relative(folder, file), IsBuilt: true, InitRole.Server)
            {
                Ports = ExposedPorts.Read(file, null, (place, what) => notes.Add(Ktr.ComposeLeftOut.At(place, "EXPOSE", what))),
            }];
        return new([.. Files(folder, services)], notes);
    }

    /// <summary>The file that a kontrakt is made for.</summary>
    private static string Find(string source)
    {
        if (File.Exists(source))
            return source;
        if (!Directory.Exists(source))
            throw Ktr.InitNothing.Error(null, source, "it does not exist");
        if (ComposeFiles.Select(name => Path.Combine(source, name)).FirstOrDefault(File.Exists) is { } compose)
            return compose;
        var projects = Directory.GetFiles(source, "*proj").Where(ProjectIndex.IsProject).Order(StringComparer.Ordinal).ToList();
        if (projects.Count > 1)
            throw Ktr.InitNothing.Error(null, source, $"it has several projects ({string.Join(", ", projects.Select(Path.GetFileName))}); name one");
        return projects.FirstOrDefault()
            ?? Dockerfiles.Select(name => Path.Combine(source, name)).FirstOrDefault(File.Exists)
            ?? throw Ktr.InitNothing.Error(null, source, "it has neither a compose file nor a project nor a Dockerfile");
    }

    private static InitService OfProject(string file, string folder)
    {
        var name = ComposeReader.NameOf(Path.GetFileNameWithoutExtension(file));
        var image = Relative(folder, file);
        return SdkOf(file) switch
        {
            // The SDK's images listen there (ASPNETCORE_HTTP_PORTS).
            "Microsoft.NET.Sdk.Web" => new(name, image, IsBuilt: true, InitRole.Server) { Ports = [(8080, "TCP")], Probe = new() { ["tcpSocket"] = new JsonObject { ["port"] = 8080 }, ["periodSeconds"] = 1 } },
            "Microsoft.NET.Sdk.Worker" => new(name, image, IsBuilt: true, InitRole.Server),
            _ => new(name, image, IsBuilt: true, InitRole.Test),
        };
    }

    private static string SdkOf(string file)
    {
        try
        {
            return XDocument.Load(file).Root?.Attribute("Sdk")?.Value.Split('/')[0] ?? "";
        }
        catch (XmlException error)
        {
            throw Ktr.InitNothing.Error(new(file, error.LineNumber, error.LinePosition), file, error.Message.TrimEnd('.'));
        }
    }

    /// <summary>A file for each program, and one that says when all servers run: kontrakts without a test define success by it.</summary>
    private static IEnumerable<InitFile> Files(string folder, IReadOnlyList<InitService> services)
    {
        foreach (var service in services)
            yield return new(Path.Combine(folder, service.Name + ".yaml"), YamlOutput.Write(ServiceManifests.For(service)));
        var servers = services.Where(service => service.Role == InitRole.Server).ToList();
        if (servers.Count > 0)
            yield return new(Path.Combine(folder, "ready.assert.yaml"),
                "# What has to become true. Better: a pod labelled 'kontrakt: test' whose program asks the services, and ends with 0 when they answer as they should.\n"
                + YamlOutput.Write(servers.Select(ServiceManifests.Assertion)));
    }

    /// <summary>A path from the manifests, which begins with a dot: a source of an image and no image's name.</summary>
    internal static string Relative(string folder, string path)
    {
        var relative = Path.GetRelativePath(folder, path).Replace('\\', '/');
        return relative.StartsWith('.') ? relative : "./" + relative;
    }
}
