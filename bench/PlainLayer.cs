namespace Bench;

/// <summary>A folder as an image of one layer, made and pushed anew: what one does without a context.</summary>
/// <param name="Tool">The program that it needs.</param>
/// <param name="Script">For bash.</param>
internal sealed record PlainLayer(string Tool, string Name, string Script)
{
    /// <summary>An OCI layout made by hand.</summary>
    public static PlainLayer Skopeo(string root, string tree, string tag) => new("skopeo", "the folder as a plain layer, by tar, gzip and skopeo", $$$"""
        set -euo pipefail
        rm -rf '{{{root}}}/layout'; mkdir -p '{{{root}}}/layout/blobs/sha256'; cd '{{{root}}}/layout'
        add() { local d; d=$(sha256sum "$1" | cut -d' ' -f1); mv "$1" "blobs/sha256/$d"; echo "$d"; }
        tar -C '{{{tree}}}' -c . > layer.tar; diff=$(sha256sum layer.tar | cut -d' ' -f1); gzip layer.tar
        size=$(stat -c %s layer.tar.gz); layer=$(add layer.tar.gz)
        printf '{"architecture":"amd64","os":"linux","config":{},"rootfs":{"type":"layers","diff_ids":["sha256:%s"]}}' "$diff" > config; cs=$(stat -c %s config); config=$(add config)
        printf '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"sha256:%s","size":%s},"layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar+gzip","digest":"sha256:%s","size":%s}]}' "$config" "$cs" "$layer" "$size" > manifest; ms=$(stat -c %s manifest); manifest=$(add manifest)
        printf '{"imageLayoutVersion":"1.0.0"}' > oci-layout
        printf '{"schemaVersion":2,"manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"sha256:%s","size":%s}]}' "$manifest" "$ms" > index.json
        skopeo copy -q --insecure-policy --dest-tls-verify=false oci:'{{{root}}}/layout' 'docker://{{{tag}}}'
        """);

    /// <summary>Its storage lies below the benchmark's own folder and copies files, which works everywhere; no process runs in it.</summary>
    public static PlainLayer Buildah(string root, string tree, string tag)
    {
        var buildah = $"buildah --root '{root}/buildah' --runroot '{root}/buildah-run' --storage-driver vfs";
        return new("buildah", "buildah from scratch, copy, commit and push", $"""
            set -euo pipefail
            container=$({buildah} from scratch)
            {buildah} copy -q "$container" '{tree}' /
            {buildah} commit -q --rm "$container" '{tag}'
            {buildah} push -q --tls-verify=false '{tag}'
            """);
    }

    /// <summary>As buildah's; without cgroups of systemd.</summary>
    public static PlainLayer Podman(string root, string tree, string tag)
    {
        var podman = $"podman --root '{root}/podman' --runroot '{root}/podman-run' --storage-driver vfs --cgroup-manager cgroupfs --events-backend none";
        return new("podman", "podman build and push of a plain layer", $"""
            set -euo pipefail
            printf 'FROM scratch\nCOPY . /\n' > '{root}/Dockerfile'
            {podman} build -q --isolation chroot --network host -t '{tag}' -f '{root}/Dockerfile' '{tree}'
            {podman} push -q --tls-verify=false '{tag}'
            """);
    }
}
