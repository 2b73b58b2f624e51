package dev.fourfold.metadata.registry;

import java.util.List;

/** Knows promotions, which the stores of aliases and versions record where they happen. */
public interface PromotionStore {

    /** The newest first; those of prompts are left out. */
    List<Promotion> find(PromotionQuery query);
}
