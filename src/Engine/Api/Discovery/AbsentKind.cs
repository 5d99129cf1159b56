using Kontrakt.Kubernetes.Objects;

namespace Kontrakt.Engine.Api.Discovery;

/// <summary>A kind that every Kubernetes has and the engine has not.</summary>
internal sealed record AbsentKind(GroupVersionKind Kind, string Plural, bool Namespaced, string[] ShortNames);
