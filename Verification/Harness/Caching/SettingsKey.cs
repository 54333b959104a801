using System.Reflection;

namespace TileProof.Verification.Caching;

/// <summary>Makes the part of a cache key that comes from settings: every property that can be set, unless <see cref="CacheKeyAttribute"/> takes it out.</summary>
/// <remarks>A property that is added tomorrow is part of the key without anyone thinking of it.</remarks>
public static class SettingsKey
{
    /// <summary>The properties of a type that can be set, with what each is part of.</summary>
    public static IReadOnlyList<(PropertyInfo Property, KeyPart Part)> PropertiesOf(Type type)
    {
        ArgumentNullException.ThrowIfNull(type);
        return
        [
            .. type.GetProperties(BindingFlags.Instance | BindingFlags.Public)
                .Where(static property => property.CanWrite)
                .OrderBy(static property => property.Name, StringComparer.Ordinal)
                .Select(static property => (property, property.GetCustomAttribute<CacheKeyAttribute>()?.Part ?? KeyPart.Everything)),
        ];
    }

    /// <summary>The hash of the settings that a result depends on, with their names.</summary>
    /// <param name="settings">An object whose properties are settings.</param>
    /// <param name="part"><see cref="KeyPart.Everything"/> for goldens, <see cref="KeyPart.Cases"/> for what also depends on the settings of cases.</param>
    public static string Of(object settings, KeyPart part)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return ContentHash.Of([
            .. PropertiesOf(settings.GetType())
                .Where(entry => entry.Part <= part)
                .SelectMany(entry => (object?[])[entry.Property.Name, entry.Property.GetValue(settings)]),
        ]);
    }
}
