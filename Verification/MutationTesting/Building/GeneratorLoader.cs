using System.Reflection;
using Microsoft.CodeAnalysis;

namespace TileProof.MutationTesting.Building;

/// <summary>Loads the source generators of a project.</summary>
internal sealed class GeneratorLoader : IAnalyzerAssemblyLoader
{
    /// <inheritdoc/>
    public void AddDependencyLocation(string fullPath)
    {
        // Dependencies lie beside the generator, where LoadFrom finds them.
    }

    /// <inheritdoc/>
    public Assembly LoadFromPath(string fullPath) => Assembly.LoadFrom(fullPath);
}
