namespace Shop.Shared.Hosting;

/// <summary>Metadata of an endpoint whose responses are personal data: caches that several people share must not store them.</summary>
public sealed record PersonalData;
