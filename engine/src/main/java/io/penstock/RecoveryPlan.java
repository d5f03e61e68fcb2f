package io.penstock;

import io.penstock.log.Leftover;
import java.util.List;

/**
 * What dead writers left in a store.
 *
 * @param leftovers in the order in which they are, or were, removed
 */
public record RecoveryPlan(List<Leftover> leftovers) {
    public RecoveryPlan {
        leftovers = List.copyOf(leftovers);
    }
}
