namespace Kontrakt.Engine.Pods.Specs;

/// <summary>What a container is for: to end before the others start, to run beside them, or to do the work.</summary>
public enum ContainerRole { Init, Sidecar, Main }
