using System.Text.Json.Nodes;
using Kontrakt.Engine.Schema;
using Kontrakt.Engine.Store;
using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Resources;

internal static class VolumeRules
{
    private const string ModeRule = "must be a number between 0 and 0777 (octal), both inclusive";
    private static readonly string[] Known = ["emptyDir", "configMap", "secret", "downwardAPI", "projected", "persistentVolumeClaim"];
    private static readonly string[] Projections = ["configMap", "secret", "downwardAPI", "serviceAccountToken"];

    public static void Check(JsonObject spec, Place place, Faults faults)
    {
        faults.Unique(spec, "volumes", "name", place);
        foreach (var (volume, at) in spec.Indexed("volumes", place))
        {
            faults.Name(volume, "name", at, Names.Label);
            var sources = volume.Where(field => field.Key != "name" && field.Value is not null).Select(field => field.Key).ToList();
            foreach (var further in sources.Skip(1))
                faults.Forbidden(at.Field(further), "may not specify more than 1 volume type");
            foreach (var source in sources.Except(Known))
                faults.Absent(at.Field(source), $"{source} volumes");
            Source(volume, at, faults);
        }
    }

    private static void Source(JsonObject volume, Place place, Faults faults)
    {
        if (volume.Map("emptyDir") is { } empty)
            EmptyDirectory(empty, place.Field("emptyDir"), faults);
        if (volume.Map("configMap") is { } config)
            Files(config, "name", place.Field("configMap"), faults);
        if (volume.Map("secret") is { } secret)
            Files(secret, "secretName", place.Field("secret"), faults);
        if (volume.Map("downwardAPI") is { } info)
            Downward(info, place.Field("downwardAPI"), faults);
        if (volume.Map("persistentVolumeClaim") is { } claim)
            faults.Name(claim, "claimName", place.Field("persistentVolumeClaim"), Names.Subdomain);
        if (volume.Map("projected") is { } projected)
        {
            Mode(projected, "defaultMode", place.Field("projected"), faults);
            foreach (var (source, at) in projected.Indexed("sources", place.Field("projected")))
                Projection(source, at, faults);
        }
    }

    private static void EmptyDirectory(JsonObject empty, Place place, Faults faults)
    {
        var medium = empty.Text("medium");
        if (medium.StartsWith("HugePages", StringComparison.Ordinal))
            faults.Absent(place.Field("medium"), "huge pages");
        else if (medium is not ("" or "Memory"))
            faults.NotSupported(place.Field("medium"), medium, ["", "Memory"]);
        if (Quantity.TryParse(empty.Text("sizeLimit"), out var limit) && limit.Sign < 0)
            faults.Forbidden(place.Field("sizeLimit"), "SizeLimit field must be a valid resource quantity");
    }

    private static void Projection(JsonObject source, Place place, Faults faults)
    {
        var given = source.Where(field => field.Value is not null).Select(field => field.Key).ToList();
        if (given.Count > 1)
            faults.Forbidden(place, "may not specify more than 1 volume type");
        foreach (var kind in given.Except(Projections))
            faults.Absent(place.Field(kind), $"{kind} projections");
        foreach (var kind in (ReadOnlySpan<string>)["configMap", "secret"])
            if (source.Map(kind) is { } files)
                Files(files, "name", place.Field(kind), faults);
        if (source.Map("downwardAPI") is { } info)
            Downward(info, place.Field("downwardAPI"), faults);
        if (source.Map("serviceAccountToken") is { } token)
        {
            faults.LocalPath(token, "path", place.Field("serviceAccountToken"));
            if (token.Number("expirationSeconds") is { } seconds and < 600)
                faults.Invalid(place.Field("serviceAccountToken").Field("expirationSeconds"), seconds, "may not specify a duration less than 10 minutes");
        }
    }

    private static void Files(JsonObject source, string name, Place place, Faults faults)
    {
        if (source.Text(name).Length == 0)
            faults.Required(place.Field(name));
        Mode(source, "defaultMode", place, faults);
        foreach (var (item, at) in source.Indexed("items", place))
        {
            if (item.Text("key").Length == 0)
                faults.Required(at.Field("key"));
            faults.LocalPath(item, "path", at);
            Mode(item, "mode", at, faults);
        }
    }

    private static void Downward(JsonObject source, Place place, Faults faults)
    {
        Mode(source, "defaultMode", place, faults);
        foreach (var (item, at) in source.Indexed("items", place))
        {
            faults.LocalPath(item, "path", at);
            EnvironmentRules.Item(item, at, faults);
            Mode(item, "mode", at, faults);
        }
    }

    private static void Mode(JsonObject source, string field, Place place, Faults faults)
    {
        if (source.Number(field) is { } mode and (< 0 or > 0b111_111_111))
            faults.Invalid(place.Field(field), mode, ModeRule);
    }
}
